# A disk that fills up while a file is written: one message, status 1, and what
# stood at the path is as it was. (A limit on the size of files stands for it.)
set -u

echo before >w.csv
trap '' XFSZ
(ulimit -f 1; emblab -c 'corpus farm; step; export W w.csv force=yes' >printed)
status=$?
[ "$status" -eq 1 ] || { echo "status $status"; exit 1; }
[ "$(cat w.csv)" = before ] || { echo "w.csv was touched"; exit 1; }
left=$(find . -maxdepth 1 -name '*w.csv?*' -o -maxdepth 1 -name '.*w.csv*')
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
