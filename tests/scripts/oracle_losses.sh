# The losses of 120 steps of the worked example, through the program's own
# door, against those PyTorch computed (tests/oracle/fixtures/tiny_seed42.txt).
set -eu

printf '%s\n' 'corpus tiny' 'table D=6 seed=42' 'windows C=2' 'batch B=8' \
    'optimizer sgd lr=0.5' 'step 120' 'export losses l.csv' |
    emblab >printed

# meaning.md: |a - b| <= 1e-5 |b| + 1e-6 max, ten times that after 20 steps.
awk -F '[ ,]' '
function size(x) { return x < 0 ? -x : x }
FNR == NR { if ($1 == "loss") expected[substr($2, 5)] = $3; next }
FNR == 1 { if ($0 != "step,loss") exit 1; next }
{
    slack = $1 > 20 ? 10 : 1
    if (size($2 - expected[$1]) > slack * (1e-5 * expected[$1] + 4e-6)) {
        print "step " $1 ": " $2 ", PyTorch has " expected[$1]
        bad++
    }
    steps++
}
END {
    print steps " losses compared"
    exit bad || steps != 120
}' "$TOP/tests/oracle/fixtures/tiny_seed42.txt" l.csv
