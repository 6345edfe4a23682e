# A lesson without a terminal plays to its end by itself: no prompt, no pause,
# no question; its text and its commands are the output, messages go to
# standard error, and the status says whether all went as the lesson says.
set -eu

fail()
{
    echo "$*"
    exit 1
}

lesson=data/play.md

expect()
{
    wanted=$1
    shift
    status=0
    "$@" </dev/null >out 2>err || status=$?
    [ "$status" -eq "$wanted" ] ||
        fail "$*: status $status, not $wanted: $(cat err)"
}

# --- the whole lesson, word for word
expect 0 emblab play "$lesson"
cat >expected <<'END'

Words

Seventeen words of tiny get a row each.

emb> corpus tiny; table D=3; print W.shape
tiny: 8 lines, 40 tokens, 17 different words
W (17, 3) · seed 42 · N(0,1)
END
head -8 out | diff expected -
sed -n '/^torch.Size/,/^      id word/p' out >middle
cat >expected <<'END'
torch.Size([17, 3])

How many rows has W?

The answer: 17

A row a word.

Look up the word milk.

emb> lookup milk
E = W[ids]: ids (1,) in, (1, 3) out                                 ● looked up
 "milk" → ids [3]
      id word         0       1       2
END
sed 's/  *● looked up/ ●/' middle >a
sed 's/  *● looked up/ ●/' expected | diff - a
tail -5 out >end
printf '%s\n' 'The end' '' 'Nothing was shown of the step.' '' \
    'emb> print W[zebra]' | diff - end
grep -q 'play.md:48: error: "zebra" is neither a word' err ||
    fail "no place of the error: $(cat err)"

# --- the same by any name, and as a file among scripts
cp out first
expect 0 emblab "$lesson"
cmp out first
cp "$lesson" ./copy.md
expect 0 emblab play copy.md
cmp out first
mkdir -p own/lessons
cp "$lesson" own/lessons/07-play.md
cp -r "$EMBLAB_DATA/corpora" own/
for name in 07-play play; do
    EMBLAB_DATA=$PWD/own expect 0 emblab play "$name"
    cmp out first
done
expect 0 emblab play --auto=9 "$lesson"
cmp out first
expect 2 emblab play --study "$lesson"
grep -q 'emblab play LESSON plays it to its end' err || fail "$(cat err)"
EMBLAB_DATA=$PWD/own expect 0 emblab play 7
cmp out first
EMBLAB_DATA=$PWD/own expect 1 emblab play plau
grep -q "no lesson is called 'plau'; did you mean play?" err ||
    fail "$(cat err)"
expect 2 emblab plya tokens
grep -q 'no file "plya"; did you mean play?' err || fail "$(cat err)"
echo 'corpus tiny; tokens 1' >a.emb
expect 0 emblab a.emb "$lesson" a.emb
[ "$(grep -c '^   1 the cat drinks milk' out)" -eq 2 ] ||
    fail "scripts around a lesson"

# --- a place to begin at
expect 0 emblab play "$lesson#end"
sed -n 2p out | grep -qx 'The end' || fail "begins with: $(head -3 out)"
expect 1 emblab play "$lesson#nowhere"
grep -q "play has no place called 'nowhere'; there are: words, rows, milk" err ||
    fail "$(cat err)"

# --- a command that fails is status 1, and the rest is played all the same
sed 's/^error: .*//; s/^\.\.\.$//' "$lesson" >fails.md
expect 1 emblab play fails.md
cmp out first

expect 1 emblab --keep-going fails.md a.emb
grep -q '^   1 the cat drinks milk' out || fail "--keep-going went no further"
expect 1 emblab fails.md a.emb
[ "$(grep -c '^   1 the cat drinks milk' out)" -eq 0 ] || fail "went on"

# --- Ctrl-C ends it with 130
cat >long.md <<'END'
---
title: Long
id: long
---

Long.

```emblab
emb> corpus farm; table D=100; train epochs=500
```

Never said.
END
emblab play long.md >out 2>err &
while ! grep -q 'chosen for you' err && kill -0 $! 2>/dev/null; do sleep 0.1; done
kill -INT $!
status=0
wait $! || status=$?
[ "$status" -eq 130 ] || fail "Ctrl-C: status $status: $(cat err)"
if grep -q 'Never said' out; then fail "went on behind Ctrl-C"; fi

# --- wrong use
expect 2 emblab play
expect 2 emblab play one two
expect 2 emblab play --study --auto "$lesson"
expect 2 emblab --study
expect 1 emblab play nosuch.md
[ ! -s out ] || fail "output of a lesson that is not there"
printf 'no head\n' >bad.md
expect 1 emblab play bad.md
grep -q '^bad.md:1: error: ' err || fail "$(cat err)"
expect 1 emblab bad.md

# --- commands that need a lesson, or somebody to answer
expect 1 emblab -c "lesson $lesson"
grep -q 'emblab play .* plays it by itself' err || fail "$(cat err)"
for command in resume hint answer 'lesson back' lesson; do
    expect 1 emblab -c "$command"
    grep -q '^-c:1: error: no lesson is being played' err || fail "$(cat err)"
done
EMBLAB_DATA=$PWD/own expect 0 emblab -c lessons
grep -q '^07-play .*A lesson to play  *1 min$' out || fail "$(cat out)"
expect 1 emblab -c 'lesson forget play'

# --- nothing of all that is progress, and no notes stay
[ ! -e "$XDG_STATE_HOME/emblab/progress" ] || fail "progress of a machine"
[ -z "$(ls -A "$XDG_STATE_HOME/emblab/notes" 2>/dev/null)" ] || fail "notes"
expect 1 emblab play --notes "$lesson"
grep -q 'nobody plays play now' err || fail "$(cat err)"
expect 1 emblab play --notes
grep -q 'nobody plays a lesson now; emblab play LESSON in another' err ||
    fail "$(cat err)"
