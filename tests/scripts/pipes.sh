# Scripts that are no regular files, and a program that waits for each answer
# before it writes the next command.
set -eu

mkfifo pipe commands answers
(echo 'corpus tiny; similarity cat dog' >pipe) &
emblab pipe >out
grep -q cosine out

echo 'corpus tiny; similarity cat dog' >file.emb
emblab /dev/stdin <file.emb | cmp - out
emblab - file.emb <file.emb >twice
cat out out | cmp - twice
emblab /dev/null
printf '\357\273\277corpus tiny\r\nsimilarity cat dog\r\n' >windows.emb
emblab windows.emb | cmp - out
printf 'corpus tiny\nsimilarity cat dog' | emblab | cmp - out
emblab <file.emb | cmp - out

emblab <commands >answers &
exec 3>commands 4<answers
echo 'corpus tiny' >&3
read -r answer <&4
[ "$answer" = 'tiny: 8 lines, 40 tokens, 17 different words' ]
echo 'similarity cat dog' >&3
read -r answer <&4
[ "$answer" = 'cosine similarity of cat and dog: -0.0544' ]
exec 3>&-
wait $!
