# The order in which commands of the head are typed leaves no trace, and neither
# does what was typed and typed over, nor looking around in between.
set -eu

hash_of()
{
    emblab -c "$1; hash" 2>/dev/null | tail -n 1
}

wanted=$(hash_of 'corpus tiny; vocab order=frequency; table D=3 seed=9
    windows C=1; batch B=5 shuffle=yes; optimizer adam lr=0.01')
[ ${#wanted} -eq 16 ]
while read -r commands; do
    [ "$(hash_of "$commands")" = "$wanted" ] || { echo "$commands"; exit 1; }
done <<'END'
optimizer adam lr=0.01; batch B=5 shuffle=yes; windows C=1; table D=3 seed=9; vocab order=frequency; corpus tiny
table D=3 seed=9; corpus tiny; optimizer adam lr=0.01; windows C=1; vocab order=frequency; batch B=5 shuffle=yes
corpus farm; step 5; windows C=1; table D=3 seed=9; optimizer adam lr=0.01; vocab order=frequency; batch B=5 shuffle=yes; step 3; corpus tiny
windows C=1; corpus tiny; nearest cat; vocab order=frequency; table D=3 seed=9; lookup cat; batch B=5 shuffle=yes; optimizer adam lr=0.01; predict cat; show table
corpus tiny; vocab order=frequency; table D=3 seed=9; windows C=1; batch B=5 shuffle=yes; optimizer adam lr=0.01; step 7; reset
batch B=5 shuffle=yes; corpus tiny; windows C=4; windows C=1; table D=3 seed=9; optimizer sgd lr=3; vocab order=frequency; optimizer adam lr=0.01; epoch 2; reset
END
