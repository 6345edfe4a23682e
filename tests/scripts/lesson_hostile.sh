# Lessons that try to hurt are refused, and nothing outside has changed. Each
# expects the very refusal; here is what they could have hurt.
set -eu

mkdir lesson lesson/folder.txt folder outside
cp "$TOP"/tests/lessons/hostile/*.md lesson
echo "a secret" | tee secret.txt outside/secret.txt lesson/.secret.txt \
    ../secret.txt >/dev/null
ln -s /etc/passwd lesson/link.txt
ln -s /dev/zero lesson/zero.txt
ln -s "$PWD/outside" lesson/outside
mkfifo lesson/pipe.txt pipe.csv
truncate -s 100000000 lesson/large.txt
echo victim | tee victim.csv words_metadata.tsv linked.csv >/dev/null
ln -s linked.csv link.csv
ln -s ../escaped.csv dangling.csv
echo 'corpus tiny' >lab.emb
: >../before >../played
find . .. -maxdepth 2 | sort >../before

[ "$(ls lesson/*.md | wc -l)" -ge 30 ]
for lesson in lesson/*.md; do
    emblab check "$lesson" || failed=yes
done
[ -z "${failed:-}" ]

# The player refuses them, too. What one of them may write is removed here.
for lesson in lesson/*.md; do
    emblab "$lesson" >../played 2>&1 || :
    grep -q "^lesson/.*: error: \|^typed text" ../played
done
for i in $(seq 0 19); do
    rm "n$i.csv"
done

find . .. -maxdepth 2 | sort | diff ../before -
for file in victim.csv words_metadata.tsv linked.csv; do
    [ "$(cat $file)" = victim ]
done
for file in /tmp/emblab-escaped.*; do
    [ ! -e "$file" ]
done
