# Files that are no lessons: each is refused in one line with its place, by
# check and by the player, and nothing of it reaches the terminal raw.
set -eu

head='---
title: T
id: t
---
'

# refused FILE MESSAGE: by both, with status 1.
refused()
{
    for how in "check" ""; do
        status=0
        # shellcheck disable=SC2086 # no word where it is empty
        emblab $how "$1" >out 2>err || status=$?
        [ "$status" -eq 1 ] || { echo "$how $1: status $status"; exit 1; }
        grep -qF -- "$2" err || {
            echo "$how $1 does not say: $2"
            cat err
            exit 1
        }
        [ "$(wc -l <err)" -eq 1 ] || { cat err; exit 1; }
        if LC_ALL=C tr -d '\t\n -~\200-\377' <err | grep -q .; then
            echo "$1: control characters"
            exit 1
        fi
    done
}

printf '%s' "$head" >l.md
printf 'a\nb \377\n' >>l.md
refused l.md "l.md:6: error: the byte 0xff here is not UTF-8"

printf '%s\033[2J\n' "$head" >l.md
refused l.md "l.md:5: error: this is no text: it has the byte 0x1b"

printf '%sa\n\000\001b' "$head" >l.md
refused l.md "l.md:6: error: this is no text: it has the byte 0x00"

truncate -s 100000000 large.md
refused large.md "large.md:1: error: 100.0 MB are too many for a lesson"

: >empty.md
refused empty.md "empty.md:1: error: a lesson begins with its head"

printf -- '---\ntitle: T\nid: a\nrequires: [b]\n---\nx\n' >a.md
printf -- '---\ntitle: T\nid: b\nrequires: [a]\n---\nx\n' >b.md
refused a.md "a.md:4: error: the lesson requires itself (a → b → a)"
rm a.md b.md

printf '%s```quizz\n```\n' "$head" >l.md
refused l.md "l.md:5: error: no block is called 'quizz'; did you mean quiz?"

mkdir folder.md
refused folder.md "'folder.md' is a directory"
mkfifo pipe.md
refused pipe.md "'pipe.md' is a named pipe"
ln -s /dev/zero zero.md
refused zero.md "'zero.md' is a device"
refused nowhere.md "there is no file 'nowhere.md'"

# what is slow to read for some readers of Markdown
for piece in '[a](' '*a_ ' '<!--' '- ' '> ' '`' '[[' '|a' '&#0;' '![](' '_ *'; do
    { printf '%s' "$head"; yes "$piece" | head -n 15000 | tr -d '\n'; } >l.md
    timeout 20 emblab check l.md >out 2>err || [ $? -eq 1 ]
    { printf '%s' "$head"; yes "$piece" | head -n 15000; } >l.md
    timeout 20 emblab check l.md >out 2>err || [ $? -eq 1 ]
done
