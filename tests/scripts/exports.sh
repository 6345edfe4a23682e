# Every form of export, byte for byte where it is small (language.md, "Files").
# The numbers are PyTorch's: torch.manual_seed(42); nn.Embedding(17, 2).weight
set -eu

fail()
{
    echo "$*"
    exit 1
}

# expect FILE: its first lines are those on standard input.
expect()
{
    cat >wanted
    head -n "$(wc -l <wanted)" "$1" | diff -u wanted - || fail "in $1"
}

emblab -c '
corpus tiny; table D=2; batch B=3
step
export W W.csv; export W W.tsv; export W W.vec; export W W.npy
export b b.csv; export ctx ctx.csv; export tgt tgt.npy; export E E.npy
export marks marks.csv; export vocab vocab.csv; export tokens tokens.csv
export losses losses.csv; export losses losses.npy
' >printed 2>messages || { cat messages; exit 1; }

# After the first update only the, cat, drinks and dog have moved.
sed -n 4p W.csv >milk
expect milk <<'END'
-0.0430674776,-1.60466695
END
[ "$(wc -l <W.csv)" -eq 17 ] || fail "W.csv: not a line a row"
[ "$(sed -n 4p W.tsv)" = "$(printf '%s\t%s' -0.0430674776 -1.60466695)" ] ||
    fail "W.tsv"
expect W_metadata.tsv <<'END'
the
cat
drinks
milk
END
[ "$(sed -n 1p W.vec)" = '17 2' ] || fail "W.vec: head"
[ "$(sed -n 5p W.vec)" = 'milk -0.0430674776 -1.60466695' ] || fail "W.vec"
[ "$(wc -l <b.csv)" -eq 17 ] || fail "b.csv: not a value a line"
expect ctx.csv <<'END'
0,1
1,2
0,4
END
expect marks.csv <<'END'
table,id,word,looked_up,grad_nonzero,changed
W,0,the,1,1,1
W,1,cat,1,1,1
W,2,drinks,1,1,1
W,3,milk,0,0,0
W,4,dog,1,1,1
W,5,water,0,0,0
END
grep -q '^U,16,mat,0,1,1$' marks.csv || fail "marks.csv: U"
[ "$(wc -l <marks.csv)" -eq $((1 + 3 * 17)) ] || fail "marks.csv: lines"
expect vocab.csv <<'END'
id,word,count
0,the,12
1,cat,3
END
expect tokens.csv <<'END'
position,line,token,id
0,1,the,0
1,1,cat,1
2,1,drinks,2
3,1,milk,3
4,2,the,0
END
# Ratings have two vocabularies: the vocab is the users', and says so.
printf 'ann\ttea\t5\nbob\tpie\t2\nann\tpie\t4\n' >r.tsv
emblab -c 'corpus r.tsv; model recommend; export vocab v.csv
    export users u.csv; export items i.csv' >printed 2>messages
grep -q "the vocab written is the users'; .export items FILE" messages ||
    fail "nothing said of the items: $(cat messages)"
expect i.csv <<'END'
id,word,count
0,tea,1
1,pie,2
END
expect u.csv <<'END'
id,word,count
0,ann,2
1,bob,1
END
cmp u.csv v.csv || fail "the users are not the vocab"
emblab -c 'corpus tiny; export items no.csv' >printed 2>messages &&
    fail "words were exported as items"
grep -q 'there are items only in .model recommend' messages ||
    fail "$(cat messages)"

[ "$(wc -l <tokens.csv)" -eq 41 ] || fail "tokens.csv: lines"
[ "$(sed -n 1p losses.csv)" = 'step,loss' ] || fail "losses.csv"

# NumPy format 1.0: magic, header padded to 64 bytes, little-endian values.
header()
{
    dd if="$1" bs=1 skip=10 count=118 2>/dev/null | tr -d '\n' | sed 's/ *$//'
}
[ "$(header W.npy)" = \
    "{'descr': '<f4', 'fortran_order': False, 'shape': (17, 2), }" ] ||
    fail "W.npy: $(header W.npy)"
[ "$(header tgt.npy)" = \
    "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }" ] ||
    fail "tgt.npy: $(header tgt.npy)"
[ "$(header E.npy)" = \
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2, 2), }" ] ||
    fail "E.npy: $(header E.npy)"
[ "$(wc -c <W.npy)" -eq $((128 + 17 * 2 * 4)) ] || fail "W.npy: size"
[ "$(tail -c 24 tgt.npy | od -An -t d8 | tr -s ' \n' ' ')" = ' 2 3 2 ' ] ||
    fail "tgt.npy: values"

# A sparse gradient is written densely.
emblab -c 'corpus tiny; table D=2 sparse=yes; step; export W.grad g.csv' \
    >printed 2>&1
[ "$(wc -l <g.csv)" -eq 17 ] || fail "g.csv: not dense"
[ "$(sed -n 4p g.csv)" = '0,0' ] || fail "g.csv: $(sed -n 4p g.csv)"

# Words that need quotes, dropped words and specials.
emblab -c 'corpus "a, b, a \"c"; tokenize word punct=keep
    vocab min_count=2 specials="<pad> <unk>"
    export vocab - format=csv; export tokens - format=csv' >quoted 2>&1 ||
    fail "$(cat quoted)"
grep -q '^2,a,2$' quoted || fail "$(cat quoted)"
grep -q '^3,",",2$' quoted || fail "$(cat quoted)"
grep -q '^1,<unk>,' quoted || fail "$(cat quoted)"
emblab -c 'corpus tiny; vocab min_count=2; export tokens - format=csv' >dropped
grep -q '^3,1,milk,$' dropped || fail "$(cat dropped)"
emblab -c 'corpus "a b"; tokenize char; table D=1
    export W - format=vec' | grep -q '^␣ ' || fail "a space in .vec"

# To standard output.
table='table V=2 D=1 init=ones'
emblab -c "$table; export W - format=npy" | tail -c 136 >printed.npy
emblab -c "$table; export W ones.npy" >printed
cmp printed.npy ones.npy
emblab -c 'table V=2 D=1 init=ones; export W - format=csv' >ones
[ "$(tail -n 2 ones | tr '\n' ' ')" = '1 1 ' ] || fail "$(cat ones)"
