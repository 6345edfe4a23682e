# README.md shows what the program prints: between
#     <!-- output: COMMAND -->
# and <!-- end --> stands COMMAND's output; with `markdown:` in place of `output:`
# what is printed is Markdown itself. UPDATE=1 writes it anew.
set -eu

awk '
/^<!-- (output|markdown): .* -->$/ {
    print
    command = $0
    text = sub(/^<!-- output: /, "", command)
    sub(/^<!-- markdown: /, "", command)
    sub(/ -->$/, "", command)
    if (text)
        print "```text"
    fflush()
    if (system(command) != 0) {
        print "failed: " command >"/dev/stderr"
        exit 1
    }
    if (text)
        print "```"
    inside = 1
}
/^<!-- end -->$/ { inside = 0 }
!inside' "$TOP/README.md" >README.md

if [ "${UPDATE:-}" = 1 ]; then
    cat README.md >"$TOP/README.md"
fi
diff -u --label README.md --label 'what the program prints' \
    "$TOP/README.md" README.md
