# After a step there is one picture, the update's, for who steps, undoes and
# redoes; and `snapshot` keeps the scene that `view` chose, without a screen too.
set -eu

emblab -c 'corpus tiny; step; snapshot step.txt; step; undo; snapshot undo.txt
next backward; goto 1; snapshot goto.txt
view logits; snapshot logits.txt; view curve; snapshot curve.txt
next; snapshot batch.txt' >/dev/null
grep -q '─ W: after - before · 6 of 17 rows changed' step.txt
cut -c 1-54 step.txt >step.cut
for file in undo goto; do # what redo would do stands in the message line
	cut -c 1-54 "$file.txt" | diff step.cut -
done
grep -q '─ probs (8, 17)' logits.txt
grep -q '─ loss of 1 step' curve.txt
grep -q '─ batch 2/3' batch.txt
