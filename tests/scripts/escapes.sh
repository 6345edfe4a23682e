# Nothing of a hostile text reaches the terminal's escape channel, whatever is
# shown; columns stay columns with wide, combining and right-to-left words.
set -eu

printf 'a \033[31mred\033[0m b\033]0;title\007 \302\233c \342\200\256 x y\n' \
    >hostile.txt
cat hostile.txt hostile.txt hostile.txt >>text.txt

emblab -c 'corpus ./text.txt; tokenize char; vocab; tokens; table D=3
    lookup "a b"; onehot "a"; compare onehot; windows; batch; next; next; next
    next; next; next; next; step; rows; shapes; show W; show probs; show ctx
    nearest a all=yes 30; similarity a b; predict a b; generate 50; plot; diff
    curve; watch loss; step; similarity a "'"$(printf '\033')"'"
    lookup "'"$(printf '\033')"'"; analogy a b x 30' >out 2>err
if LC_ALL=C tr -d '\n' <out | LC_ALL=C grep -q '[[:cntrl:]]'; then
    echo "a control character in the results"
    exit 1
fi
emblab --keep-going -c "corpus tiny; lookup '$(printf '\033')[31m'
    nonsense$(printf '\033')[1m; show $(printf '\302\233')
    export $(printf '\033')q x.csv; corpus ./$(printf '\033').txt" >out 2>err ||
    :
if LC_ALL=C tr -d '\n' <err | LC_ALL=C grep -q '[[:cntrl:]]'; then
    echo "a control character in the messages"
    exit 1
fi

cat >wide.txt <<'END'
日本 は 美しい 国 です
عربي نص يقرأ من اليمين
été cafe naïve 한국어 👩‍🚀 z
日本 は 大きい 国 です
END
emblab -c 'corpus ./wide.txt; table D=2; step; vocab; predict 日本 は' >out 2>&1
grep -qF '       3 国     -0.0431 -1.6047' out
grep -qF '       0 日本    1.9269  1.4873' out
