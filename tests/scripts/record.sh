# A recording has the same bytes whatever the world around is like, leaves what
# is there alone, and its page lets only its own script run.
set -eu

lesson=which-rows

for kind in cast html svg md; do
    emblab record $lesson -o first.$kind
    (
        export TZ=Asia/Tokyo LC_ALL=C LANG=de_DE.UTF-8 TERM=dumb COLUMNS=40
        export XDG_STATE_HOME="$PWD/other" XDG_CONFIG_HOME="$PWD/other"
        mkdir -p other/emblab elsewhere
        echo "which-rows which done" >other/emblab/progress
        echo "set theme mono" >other/emblab/init.emb
        cd elsewhere
        emblab --ascii --color=always record $lesson -o second.$kind
    )
    cmp first.$kind elsewhere/second.$kind
done
[ "$(cat other/emblab/progress)" = "which-rows which done" ]

# What is refused, and leaves nothing.
refuse()
{
    wanted=$1
    shift
    if emblab record "$@" 2>message; then
        exit 1
    fi
    grep -q "$wanted" message || { cat message; exit 1; }
}
echo mine >mine.md
refuse "'mine.md' exists; remove it" $lesson -o mine.md
[ "$(cat mine.md)" = mine ]
refuse "none of .cast .html .svg .md" $lesson -o film.gif
refuse "none of .cast .html .svg .md" $lesson -o .md
refuse "wants -o FILE" $lesson
refuse "no place called 'nowhere'" "$lesson#nowhere" -o nowhere.svg
refuse "cannot write 'nosuch/film.cast'" $lesson -o nosuch/film.cast
refuse "no lesson is called" nosuch -o nosuch.cast
[ ! -e film.gif ] && [ ! -e nowhere.svg ] && [ ! -e nosuch ]
find . -name '.emblab-*' | grep . && exit 1

# Files that a lesson writes go again, so that it can be recorded again.
cat >writes.md <<'EOT'
---
title: Writes
id: writes
---

# Writes

```emblab
emb> corpus tiny; table D=4; export W table.npy; snapshot picture.txt
```
EOT
for kind in cast html md; do
    emblab record ./writes.md -o written.$kind
done
[ ! -e table.npy ] && [ ! -e picture.txt ]

# The script's SHA-256, in base64, is the one that the page's policy names.
octal=$(awk '/^<script>$/ { inside = 1; printf "\n"; next }
    /^<\/script>/ { inside = 0 } inside { print }' first.html |
    sha256sum | cut -d ' ' -f 1 | sed 's/../0x& /g')
hash=$(for byte in $octal; do printf "\\$(printf %03o "$byte")"; done | base64)
grep -qF "script-src 'sha256-$hash'" first.html
