# emblab check, as it is used: every lesson there is passes, failures are told
# with their line, and the exit status says which.
set -eu

# expect STATUS COMMAND...: run it; out and err are kept.
expect()
{
    wanted=$1
    shift
    status=0
    "$@" >out 2>err || status=$?
    [ "$status" -eq "$wanted" ] || {
        echo "$*: status $status, expected $wanted"
        cat out err
        exit 1
    }
}

says()
{
    grep -qF -- "$2" "$1" || {
        echo "$1 does not say: $2"
        cat out err
        exit 1
    }
}

# the curriculum, and small lessons of each kind
expect 0 emblab check "$TOP"/lessons/*.md # README.md is passed over
[ "$(tail -n 1 out)" = "$(ls "$TOP"/lessons/[0-9]*.md | wc -l) passed, 0 failed" ]
[ ! -s err ]
expect 0 emblab check 06-which-rows which-rows
expect 0 emblab check "$TOP"/tests/lessons/good/[eq]*.md

# files of its own, and what it writes is removed: so twice
mkdir own
cp "$TOP"/tests/lessons/good/own-* own
for again in 1 2; do
    (cd own && expect 0 emblab check own-file.md && rm out err)
    [ "$(ls own | wc -l)" -eq 2 ]
done

# a picture: none of a screen, for nobody looks, but one of the lab
cat >picture.md <<'EOT'
---
title: P
id: p
size: 60x20
---

```emblab
emb> corpus tiny; step
...
emb> snapshot picture.svg
```
EOT
expect 0 emblab check picture.md
[ ! -e picture.svg ]

# what fails
cat >l.md <<'EOT'
---
title: T
id: t
---

```emblab
emb> corpus tiny
tiny: 9 lines, [..]
```
EOT
expect 1 emblab check l.md
says out "FAIL  l.md (1 check)"
[ "$(tail -n 1 out)" = "0 passed, 1 failed" ]
says err "l.md:7: error: \`corpus tiny\` prints something else"
says err "    - tiny: 9 lines, [..]"
says err "    + tiny: 8 lines, 40 tokens, 17 different words"
expect 1 emblab check l.md 06-which-rows ./nowhere.md
[ "$(tail -n 1 out)" = "1 passed, 2 failed" ]
says err "there is no file './nowhere.md'"

# --update, once and for all
expect 0 emblab check --update l.md
says out "1 output written anew"
says l.md "tiny: 8 lines, 40 tokens, 17 different words"
cp l.md before.md
expect 0 emblab check --update l.md
cmp l.md before.md
[ ! -e .emblab* ]

# wrong use
expect 2 emblab check
expect 2 emblab check --no-such-option l.md
expect 2 emblab new-lesson

# the template passes; nothing is written over; the guide has it
expect 0 emblab new-lesson template.md
expect 0 emblab check template.md
echo mine >mine.md
expect 1 emblab new-lesson mine.md
says err "'mine.md' exists"
[ "$(cat mine.md)" = mine ]
expect 1 emblab new-lesson folder/none.md
expect 1 emblab new-lesson lesson.txt
sed -n '/^````markdown$/,/^````$/p; /^````$/q' "$TOP"/lessons/README.md |
    sed '1d; $d' | cmp - template.md
