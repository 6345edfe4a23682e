# The same run twice gives the same bytes of everything that can be exported.
set -eu

for run in first second; do
    mkdir $run
    (cd $run && emblab -c '
        corpus farm; table D=16 seed=3; batch B=16 shuffle=yes; step 50
        export W W.npy; export U U.npy; export b b.npy; export W.grad grad.npy
        export logits logits.npy; export losses losses.csv
        export marks marks.csv; export vocab vocab.csv
        export tokens tokens.csv; export W W.vec; export W W.tsv
        hash' >printed 2>messages)
done
diff -r first second
[ "$(find first -type f | wc -l)" -eq 14 ]
