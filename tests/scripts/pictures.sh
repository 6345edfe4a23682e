# The README's picture is what `snapshot` draws today (make pictures).
set -eu

cp -r "$TOP/tests/pictures" here
sed 's,tests/pictures/,here/,' here/backward.emb >script.emb
rm here/backward.svg
emblab script.emb >/dev/null
diff "$TOP/tests/pictures/backward.svg" here/backward.svg
