# An installed program finds its texts, wherever it is called from, and
# `make uninstall` leaves nothing behind.
set -eu

place=$PWD/place
# -o: the program that is tested is installed as it is.
install()
{
    make -s -C "$TOP" -o "$EMBLAB" PROGRAM="$EMBLAB" \
        DESTDIR="$place" PREFIX=/usr "$@"
}

emblab -c 'corpus tiny; step' >expected
install install
unset EMBLAB_DATA
(cd / && "$place/usr/bin/emblab" -c 'corpus tiny; step') >printed
diff expected printed
for file in bin/emblab share/man/man1/emblab.1 share/emblab/corpora/tiny.txt \
    share/bash-completion/completions/emblab share/zsh/site-functions/_emblab
do
    [ -s "$place/usr/$file" ] || { echo "not installed: $file"; exit 1; }
done
install uninstall
left=$(find "$place" -type f)
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
