# The man page names every command, option and verb; the completion for bash is
# valid and completes.
set -eu

emblab --make=man >emblab.1
emblab -c help >help
emblab --help >options

# Every command of the list stands in the page (two columns in, a name each).
names=$(grep -o '^  [a-z_]*' help)
[ "$(echo $names | wc -w)" -gt 60 ] || { echo "few commands: $names"; exit 1; }
for name in $names; do
    grep -q "^\\.B $name\\b" emblab.1 ||
        { echo "not in the man page: $name"; exit 1; }
done
for option in $(grep -o '^  --[a-z-]*' options); do
    escaped=$(echo "$option" | sed 's/-/\\\\-/g')
    grep -q "^\\.B $escaped" emblab.1 ||
        { echo "not in the man page: $option"; exit 1; }
done
for section in NAME SYNOPSIS DESCRIPTION OPTIONS COMMANDS 'EXIT STATUS' EXAMPLES
do
    grep -qx "\\.SH $section" emblab.1 || { echo "no $section"; exit 1; }
done

# complete WORDS...: what is offered for the last of them.
complete_words()
{
    bash -c 'eval "$(emblab --make=bash)"
        compopt() { :; }
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _emblab
        echo "${COMPREPLY[*]}"' complete "$@"
}
[ "$(complete_words emblab pl)" = play ] || { complete_words emblab pl; exit 1; }
[ "$(complete_words emblab --keep)" = --keep-going ]
[ "$(complete_words emblab --colo)" = --color= ]
[ "$(complete_words emblab play --st)" = --study ]
