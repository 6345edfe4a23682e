# Whatever is refused leaves the lab as it was: the hash of the whole state
# before and after each command that must fail.
set -eu

cat >bad <<'END'
corpus nosuch
corpus ./nosuch.txt
corpus data/binary.txt
corpus "open
tokenize words
tokens 0
vocab min_count=100
vocab max_size=1 specials="<pad> <unk>"
vocab hash=0
subwords min=4 max=3
table D=0
table V=3
table D=1000000000000
table from=nosuch.vec
table max_norm=0
table padding_idx=99
table sparse=yes scale_grad_by_freq=yes
freeze Q
lookup kat
lookup [99]
lookup [[0], [1, 2]]
onehot kat
compare nothing
windows C=0
windows C=7
batch B=0
batch holdout=2
evaluate
model sentiment
model next_word pool=masked_mean
optimizer sgd momentum=0.9 lr=-1
optimizer adams
optimizer sparse_adam eps=0
next spring
step 0
step many
epoch -1
train epochs=0
train until="los < 1"
play
show nothing
print nothing
nearest kat
similarity cat kat
predict kat
generate 0
export W x.doc
export E x.vec
export W /dev/null format=csv
help nothing
glossary nothing
set digits 99
view nothing
nonsense
END
for start in '' 'table D=3' 'step 2' 'next loss' 'lookup the cat; backward'; do
    {
        echo "corpus tiny; $start; hash"
        while read -r command; do
            printf '%s\nhash\n' "$command"
        done <bad
    } >script.emb
    emblab --keep-going script.emb >out 2>err && { echo "status 0"; exit 1; }
    hashes=$(grep -cE '^[0-9a-f]{16}$' out)
    different=$(grep -E '^[0-9a-f]{16}$' out | sort -u | wc -l)
    failed=$(grep -c ': error: ' err)
    wanted=$(wc -l <bad)
    [ "$hashes" -eq $((wanted + 1)) ] || { echo "$hashes hashes"; exit 1; }
    [ "$different" -eq 1 ] || { echo "changed after: $start"; exit 1; }
    [ "$failed" -eq "$wanted" ] || {
        echo "$failed of $wanted failed after: $start"
        exit 1
    }
done
