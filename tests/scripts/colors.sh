# Colour, ASCII and echo: what each option puts into the output, and what never
# stands there unasked.
set -eu

fail()
{
    echo "$*"
    exit 1
}

has_escapes()
{
    grep -q "$(printf '\033')" "$1"
}

commands='corpus tiny; lookup the cat; step; curve; plot'
unset NO_COLOR

emblab -c "$commands" >plain 2>&1
if has_escapes plain; then fail "colour in a pipe"; fi
emblab --color=always -c "$commands" >always
has_escapes always || fail "no colour with --color=always"
NO_COLOR=1 emblab -c "set color always; $commands" >set
has_escapes set || fail "no colour with set color always"
emblab --color=never -c "$commands" >never 2>&1
cmp plain never

# Colour only repeats: without its codes the text is the same.
sed "s/$(printf '\033')\[[0-9;]*m//g; s/ *$//" always >without
emblab -c "$commands" 2>/dev/null >results
cmp results without

# --ascii leaves nothing beyond ASCII, and as many lines.
emblab --ascii -c "$commands" >ascii 2>&1
if LC_ALL=C grep -q '[^ -~]' ascii; then
    fail "beyond ASCII: $(LC_ALL=C grep -m 1 '[^ -~]' ascii)"
fi
[ "$(wc -l <ascii)" -eq "$(wc -l <plain)" ] || fail "--ascii has other lines"
grep -q '^ o^\*   0 the' ascii || fail "no marks with --ascii"

# --echo prints each command before its result, comments as they stand.
printf 'corpus tiny; hash\n# a story\n\n  similarity cat dog # why\n' |
    emblab --echo | grep -vE '^[0-9a-f]{16}$|^tiny|^cosine' >echoed
printf 'emb> corpus tiny\nemb> hash\n# a story\nemb> similarity cat dog\n' |
    diff - echoed
