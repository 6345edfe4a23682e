# Exit statuses, what goes to which stream, and how a run ends early.
set -u

# expect STATUS COMMAND...: run it; its streams are in out and err.
expect()
{
    wanted=$1
    shift
    "$@" >out 2>err </dev/null
    status=$?
    [ "$status" -eq "$wanted" ] && return
    echo "status $status, not $wanted: $*"
    cat err
    exit 1
}

empty()
{
    [ ! -s "$1" ] || { echo "$1 is not empty:"; cat "$1"; exit 1; }
}

expect 0 emblab -c 'corpus tiny; tokens'
empty err
expect 0 emblab -c ''
expect 0 emblab --version
expect 0 emblab --help
expect 1 emblab -c 'corpus tiny; stp; similarity cat dog'
grep -q '^-c:1: error: no command is called "stp"; did you mean step?$' err ||
    { cat err; exit 1; }
if grep -q cosine out; then echo "went on after a failure"; exit 1; fi
expect 1 emblab --keep-going -c 'corpus tiny; stp
similarity cat dog'
grep -q cosine out || { echo "did not go on"; exit 1; }
expect 0 emblab -c 'corpus tiny; quit; stp'
expect 2 emblab --nonsense
expect 2 emblab -c
expect 2 emblab --color=green -c 'corpus tiny'
expect 2 emblab -c 'corpus tiny' file.emb
expect 1 emblab nosuch.emb
empty out

# refuses MESSAGE COMMAND...: an option where it means nothing is wrong use.
refuses()
{
    message=$1
    shift
    expect 2 "$@"
    grep -qF -e "error: $message;" err || { echo "$*:"; cat err; exit 1; }
    empty out
}
printf -- '---\ntitle: T\nid: t\n---\n\nOne page.\n' >t.md
refuses 'check does not take --study: it is for emblab play' \
    emblab check --study t.md
refuses 'record does not take --notes: it is for emblab play' \
    emblab record t.md -o t.html --notes
refuses 'play does not take --update: it is for emblab check' \
    emblab t.md --update
refuses 'check does not take -c: it is for the lab, emblab -c' \
    emblab check -c quit t.md
refuses 'play does not take --resume: it is for the lab, emblab --resume' \
    emblab --resume t.md
refuses 'record does not take --echo: it is for the lab, emblab --echo' \
    emblab record t.md -o t.html --echo
refuses '--auto is for a verb: emblab play --auto' emblab -c quit --auto
refuses '-o is for a verb: emblab record -o' emblab file.emb -o x
refuses '--auto and --notes are two ways to play; leave one out' \
    emblab play --notes --auto t.md
expect 0 emblab play --keep-going --echo t.md
expect 0 emblab t.md --auto=1
expect 0 emblab --plain --ascii --color=never check t.md

# A message names the source and its line.
printf 'corpus tiny\n\nstp\n' >file.emb
expect 1 emblab file.emb
grep -q '^file.emb:3: error: ' err || { cat err; exit 1; }
emblab <file.emb >out 2>err
grep -q '^<stdin>:3: error: ' err || { cat err; exit 1; }
expect 1 emblab -c 'corpus tiny
stp'
grep -q '^-c:2: error: ' err || { cat err; exit 1; }

# Notices go to standard error too.
expect 0 emblab -c 'corpus tiny; step'
grep -q '^note: chosen for you' err || { cat err; exit 1; }

# A reader that leaves early ends the program quietly.
emblab -c 'corpus tiny; step; step; step' 2>err | head -n 1 >out
grep -v '^note: ' err >messages
empty messages

# Standard output that takes nothing is a failure.
emblab -c 'corpus tiny; step' >/dev/full 2>err
[ $? -eq 1 ] || { echo "a full disk went unnoticed"; exit 1; }
grep -q 'standard output' err || { cat err; exit 1; }

# Ctrl-C: to the end of this mini-batch, then 130; nothing after it runs.
emblab -c 'corpus farm; train epochs=100000000; similarity cat dog' \
    >out 2>err &
sleep 0.5
kill -INT $!
wait $!
[ $? -eq 130 ] || { echo "interrupted: status $?"; exit 1; }
grep -q '^-c:1: stopped after step [0-9]' err || { cat err; exit 1; }
if grep -q cosine out; then echo "went on after Ctrl-C"; exit 1; fi
