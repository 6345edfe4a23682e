# Lines and words of megabytes: pictures cost what is seen of them.
set -eu

# about MEGABYTES TEXT: TEXT again and again, without a line end.
about()
{
    yes "$2" | tr '\n' ' ' | head -c "$1"000000
}

about 8 'the cat sat on the mat' >line.txt
echo end >>line.txt
about 8 a | tr -d ' ' >word.txt
echo ' b c d e' >>word.txt
pictures='tokens; vocab; windows; table; step; rows; shapes; show h; diff
    next batch; next lookup; next mean; next logits; next loss; next backward
    next update; predict b c; nearest b; plot; generate 5; lookup b'

emblab -c "corpus ./word.txt; windows C=1; $pictures" >out 2>err ||
    { cat err; exit 1; }
[ "$(wc -c <out)" -lt 100000 ] || { echo "$(wc -c <out) bytes"; exit 1; }
emblab -c "corpus ./line.txt; tokens; windows C=50000; batch B=2; step
    next loss; show ctx; rows; hash" >out 2>err || { cat err; exit 1; }
[ "$(wc -c <out)" -lt 100000 ] || { echo "$(wc -c <out) bytes"; exit 1; }
