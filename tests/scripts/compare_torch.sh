# compare torch without PyTorch: programs in Python's place that are missing,
# fail, hang, flood, answer nonsense, answer wrong and answer right. Whatever
# they do, one message says what to do, and no file and no process stays.
set -u

bad=0
HERE=$PWD
export HERE

complain()
{
    echo "$1: $2"
    bad=1
}

# fake NAME TEXT: a program in Python's place.
fake()
{
    printf '#!/bin/sh\n%s\n' "$2" >"$1"
    chmod +x "$1"
}

# An orphan that was killed may wait a moment for the system to notice.
runs()
{
    state=$(ps -o stat= -p "$1" 2>/dev/null)
    case $state in '' | Z*) return 1 ;; esac
}

# Nothing is left of a run: neither its folder nor those whose numbers stand in
# the file "running".
check_nothing_left()
{
    left=$(find "$TMPDIR" -maxdepth 1 -name 'emblab-*')
    [ -z "$left" ] || complain "$1" "left $left"
    for pid in $(cat running 2>/dev/null); do
        tries=100
        while runs "$pid" && [ $((tries -= 1)) -gt 0 ]; do sleep 0.05; done
        ! runs "$pid" || complain "$1" "$pid still runs"
    done
    rm -f running
}

# try NAME STATUS TEXT [SECONDS]: compare with that program; the exit status,
# and what must be printed somewhere.
try()
{
    emblab -c "table V=2 D=2 init=ones; set python $1
        compare torch seconds=${4:-60}" >printed 2>&1
    status=$?
    [ "$status" -eq "$2" ] || complain "$1" "status $status, expected $2"
    grep -q -- "$3" printed || complain "$1" "no \"$3\" in $(tail -n 3 printed)"
    check_nothing_left "$1"
}

answer='echo emblab twin 9.9
echo W float32 2 2
echo 1065353216 1065353216 1065353216 1065353216
echo W.grad None
echo end'

# It is found, or it is said how to get it.
try ./nosuch 1 'is not to be found; .*apt-get install python3-torch.*set python'
try nosuch-python 1 'is not to be found; '
echo text >not-a-program
try ./not-a-program 1 'cannot be run: Permission denied'
fake no-torch 'echo "ModuleNotFoundError: No module named '"'torch'"'" >&2
exit 1'
try ./no-torch 1 'has no PyTorch; .*apt-get install python3-torch'

# It answers. Chatter before the answer does not matter.
fake right "echo hello; $answer"
try ./right 0 'all 2 tensors agree'
fake wrong "$(echo "$answer" | sed 's/1065353216$/1073741824/')"
try ./wrong 1 '1 of 2 tensors differ .*: W;'
fake other-none "$(echo "$answer" | sed 's/W.grad None/W.grad float32 2 2; echo 0 0 0 0/')"
try ./other-none 1 '1 of 2 tensors differ .*: W.grad;'

# It answers something else.
fake failing 'echo "ValueError: no" >&2; exit 3'
try ./failing 1 'ended with status 3: ValueError: no;'
fake killed 'kill -9 $$'
try ./killed 1 'ended with status 137;'
fake silent ''
try ./silent 1 'did not answer as the script does'
fake nonsense 'echo "emblab twin 9"; echo "W float32 2 2"; echo 1 2 three'
try ./nonsense 1 'a number should stand where "three" does'
fake short 'echo "emblab twin 9"; echo "W float32 2 3"'
try ./short 1 "the lab's own shape should stand"
fake flood 'echo $$ >$HERE/running; exec yes'
try ./flood 1 'printed more than'
fake shouting "yes | head -c 3000000 >&2; $answer"
try ./shouting 0 'all 2 tensors agree'

# It would take for ever, or leave something behind.
fake hanging 'sleep 1000 & echo $$ $! >$HERE/running; wait'
try ./hanging 1 'had not finished after 0.3 s; .*seconds=600' 0.3
fake deaf 'echo $$ >$HERE/running; trap "" TERM INT HUP; exec >&- 2>&-
while :; do sleep 1; done'
try ./deaf 1 'had not finished after 0.3 s' 0.3
fake parent "sleep 1000 & echo \$! >\$HERE/running; $answer"
try ./parent 0 'all 2 tensors agree'
fake untidy "mkdir -p a/b; echo x >a/b/c; chmod 400 a/b/c; $answer"
try ./untidy 0 'all 2 tensors agree'

# What it is given: the script on its standard input, a folder of its own.
fake curious "echo \"\$*\" >\$HERE/arguments; cat >\$HERE/script
ls -ld . | cut -c 1-10 >\$HERE/mode; ls -A >\$HERE/folder; $answer"
try ./curious 0 'all 2 tensors agree'
[ "$(cat arguments)" = "-I -" ] || complain curious "$(cat arguments)"
[ "$(cat mode)" = drwx------ ] || complain curious "$(cat mode)"
[ ! -s folder ] || complain curious "$(cat folder)"
grep -q '^emb = nn.Embedding(2, 2)$' script || complain curious "no script"

# Ctrl-C ends it and the script of commands, with 130.
emblab -c 'table V=2 D=2 init=ones; set python ./hanging
    compare torch' >printed 2>&1 &
emblab=$!
while [ ! -s running ]; do sleep 0.05; done
kill -INT $emblab
wait $emblab
status=$?
[ "$status" -eq 130 ] || complain interrupted "status $status"
check_nothing_left interrupted

exit $bad
