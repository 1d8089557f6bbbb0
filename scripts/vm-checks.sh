# SPDX-License-Identifier: Apache-2.0
# What the guest of vm-test.sh runs when no command is given: first whether the program lives here at all, then the lab.
passed=0
failed=0
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name"
  fi
}

says_its_version() { netstall --version; }
names_the_culprit() {
  netstall analyze /samples/gate-6.1/tp.data >report.txt
  [ $? -eq 1 ] && grep -q metrics-agent report.txt
}
check "the program starts" says_its_version
check "analyze finds stalls in samples/gate-6.1, and metrics-agent" names_the_culprit

# Its last line but the reasons is the count: `26 of 27 right, 2 cannot be made here.`
netstall lab --all --keep /results/lab >lab.txt 2>lab.err
status=$?
cat lab.txt
count=$(grep -E '^[0-9]+ of [0-9]+ right' lab.txt | tail -n 1)
if [ -n "$count" ]; then
  right=${count%% *}
  all=${count#* of }
  all=${all%% *}
  passed=$((passed + right))
  failed=$((failed + all - right))
else
  cat lab.err
  check "netstall lab --all ends well (exit code $status)" [ "$status" -eq 0 ]
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
