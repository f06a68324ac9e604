#!/bin/sh
# Promotes a version from one folder of the deploy repository to another, once the server of the first one runs it.
# Run in a clone of the deploy repository, after versions.yaml of the first folder was pushed:
#
#   promote.sh staging production ssh holdfast-ci@staging.example.com "$VERSION"
#
# FROM and TO are folders; the rest is the command that waits (`holdfast wait APP --version V`, here or over ssh). Where it
# fails nothing is changed and this fails too.
#
# PROMOTE_TO=main          the branch that is promoted on; needed where HEAD is detached, as CI systems have it
# PROMOTE_BRANCH=NAME      pushes this branch, for a pull request, instead of that one
# PROMOTE_FILES="compose.yaml versions.yaml"   promotes more than versions.yaml; what FROM does not have stays as it is in TO
#
# It commits on top of what the remote has now, away from this work tree: run again after a push that failed, it does the
# same again. What goes over is what is committed here, plain files only: whoever may push to the deploy repository gets
# nothing of this machine into it by a link, and writes nothing here.
set -eu
from=$1
to=$2
shift 2

target=${PROMOTE_TO:-$(git symbolic-ref --short -q HEAD || true)}
if [ -z "$target" ]; then
  echo "could not promote $from to $to: HEAD is detached, so that nothing says on which branch; set PROMOTE_TO=main, say" >&2
  exit 2
fi

"$@"

# What is promoted, as paths below TO.
files=
for file in ${PROMOTE_FILES:-versions.yaml}; do
  case $(git ls-tree HEAD -- "$from/$file") in
    '') ;;
    100644\ blob\ * | 100755\ blob\ *) files="$files $to/$file" ;;
    *)
      echo "could not promote $from to $to: $from/$file is a link or a folder in git, and no file" >&2
      exit 2
      ;;
  esac
done
if [ -z "$files" ]; then
  echo "could not promote $from to $to: $from has no ${PROMOTE_FILES:-versions.yaml}" >&2
  exit 2
fi

place=$(mktemp -d)
trap 'git worktree remove --force "$place/tree" 2>/dev/null || true; rm -rf "$place"' EXIT

# Somebody else may push between the fetch and the push.
for try in 1 2 3 4 5; do
  git fetch -q origin "refs/heads/$target"
  git worktree add -q --force --detach "$place/tree" FETCH_HEAD
  for file in $files; do
    entry=$(git ls-tree HEAD -- "$from/${file#"$to/"}")
    blob=${entry#* blob }
    git -C "$place/tree" update-index --add --cacheinfo "${entry%% *},${blob%%[!0-9a-f]*},$file"
  done
  if git -C "$place/tree" diff --cached --quiet; then
    echo "$to has these versions already" >&2
    exit 0
  fi
  git -C "$place/tree" commit -q -m "Promote $from to $to"
  if [ -n "${PROMOTE_BRANCH:-}" ]; then
    if git -C "$place/tree" fetch -q origin "refs/heads/$PROMOTE_BRANCH" 2>/dev/null &&
      git -C "$place/tree" diff --quiet HEAD FETCH_HEAD -- $files; then # one word each, on purpose
      echo "$PROMOTE_BRANCH has these versions already" >&2
      exit 0
    fi
    git -C "$place/tree" push -q origin "HEAD:refs/heads/$PROMOTE_BRANCH"
    exit 0
  fi
  if git -C "$place/tree" push -q origin "HEAD:refs/heads/$target"; then
    # Whoever works on in this clone has it too, where nothing of theirs is in the way.
    if [ "$(git symbolic-ref --short -q HEAD || true)" = "$target" ]; then
      git merge -q --ff-only "$(git -C "$place/tree" rev-parse HEAD)" 2>/dev/null || true
    fi
    exit 0
  fi
  git worktree remove --force "$place/tree"
  sleep "$try"
done
echo "could not promote $from to $to: $target could not be pushed; nothing is changed, run this again" >&2
exit 1
