"""English as agents, their users and their system prompts write it, and output of shells. Slots as in code.py."""

PROSE = """I'll start by looking at the $n to understand how the $m is $ved.
Let me $v the $n first.
Let me check the $a $n in `$p` before making changes.
Now I need to $v the $n so that the $m is no longer $a.
I can see the issue: the $n is $a because `$v_$m` is called before the $n has been $ved.
The problem is that the $a $n does not $v the $m when it is $a.
This is because the $n $d returns a $a $m.
Now let's $v the tests to verify that everything works as expected.
All tests pass. Here is a summary of the changes:
I've updated the $n to $v the $m $d. The changes are:
The $n has been $ved successfully.
There are several ways to $v this, but the simplest is to $v the $a $n.
Would you like me to $v the $n as well?
Can you please $v the $n in $p? It should $v the $m when the $n is $a.
Please fix the failing test and make sure that the $n is $ved correctly.
If the $n is $a, the $m should be $ved and an error should be returned to the caller.
You are a helpful assistant that can $v $ns and answer questions about the $m.
You are an expert software engineer. You have access to the following tools:
You are a coding agent running in a terminal. Your task is to help the user with software engineering tasks.
Always $v the $n before you $v the $m. Never $v a $a $n without asking the user first.
When you are done, respond with a short summary of what you did and what remains to be done.
Use the $n tool to find the relevant files, then read them before editing. Do not guess.
IMPORTANT: You must not $v any $n that contains secrets or credentials.
Keep your answers concise and to the point. Do not add comments unless the user asks for them.
Think step by step. First $v the $n, then decide which $m is needed.
For example, the following $n will $v a $a $m:
Note that the $n is only available when the $m option is set to true.
In other words, each $n has exactly one $m, and the $a $n is shared between all of them.
The $n is used by the $m to determine whether the request should be $ved.
However, this approach has a number of disadvantages: it requires a $a $n for each $m.
This function returns the number of $ns, or zero if there is no $a $m.
It is recommended that you $v the $n with the `--$m` flag, which is the default.
See the documentation of the $n for more information about the $m.
We should probably $v the $n in the $m layer instead of here, since it depends on the $a $m.
The user wants me to $v the $n. I need to find where the $m is defined and how it is used.
Okay, so the $n looks $a. Let me think about what happens if the $m is $a.
According to the $n, the total $m for the last quarter was $i million, an increase of $i percent.
Thank you for your help! Could you also explain what the $n does and why it was $ved?
The weather in $P is currently sunny with a temperature of $i degrees and light wind.
$H and $H agreed to $v the $n by next week; $H will review the $m.
# $N $N
## Overview
## Installation
## Summary of changes
### Step $i: $V the $n
- **$N**: $s
- `$v_$n`: $s
- [ ] $V the $n
- [x] $V the $n
$i. $V the `$n` in `$p`
1. **$V the $n** - $s
| $n | $m | description |
|---|---|---|
> $s
<system-reminder>
</system-reminder>
<environment>
Working directory: /home/user/$n
Platform: linux
Today's date: 2025-0$j-1$j""".split("\n")

SHELL = """$ cd $n && npm test
$ git status
On branch main
Your branch is up to date with 'origin/main'.
Changes not staged for commit:
  (use "git add <file>..." to update what will be committed)
	modified:   $p
diff --git a/$p b/$p
index $x..$x 100644
--- a/$p
+++ b/$p
@@ -$i,$j +$i,$j @@
commit $x$x
Author: $H <$n@example.com>
Date:   Mon Mar 1$j 1$j:$k:$k 2025 +0000
    $V the $n
total $i
drwxr-xr-x  $j user user   4096 Mar 1$j 1$j:$k $n
-rw-r--r--  1 user user  $i Mar 1$j 1$j:$k $n_$m.py
-rwxr-xr-x  1 root root  $i Jan  $j 0$j:$k $n.sh
$p:$i:    $v_$n($m)
$p:$i:import $n
./$p
./$p
Traceback (most recent call last):
  File "/home/user/$n/$p", line $i, in <module>
  File "/usr/lib/python3/dist-packages/$n/$m.py", line $i, in $v_$n
    return self.$v($n)
           ^^^^^^^^^^^^^^
ValueError: invalid $n: '$m'
KeyError: '$n'
TypeError: $v_$n() missing 1 required positional argument: '$m'
ModuleNotFoundError: No module named '$n'
AttributeError: 'NoneType' object has no attribute '$n'
FileNotFoundError: [Errno 2] No such file or directory: '$p'
============================= test session starts ==============================
platform linux -- Python 3.12.3, pytest-8.3.2, pluggy-1.5.0
rootdir: /home/user/$n
collected $i items
$p::test_$v_$n PASSED                                    [ $k%]
$p::test_$v_$n FAILED                                    [ $k%]
=================================== FAILURES ===================================
E       AssertionError: assert $i == $i
FAILED $p::test_$v_$n - AssertionError: assert '$n' == '$m'
========================= 1 failed, $i passed in $j.$ks =========================
npm ERR! code ELIFECYCLE
added $i packages, and audited $i packages in $js
found 0 vulnerabilities
 PASS  $p
  ✓ should $v the $n ($k ms)
  ● $N › should $v the $n
Tests:       1 failed, $i passed, $i total
error TS2345: Argument of type 'string' is not assignable to parameter of type '$N'.
$p($i,$j): error TS2304: Cannot find name '$N'.
$p:$i:$j: error: '$n' was not declared in this scope
$p:$i:$j: warning: unused variable '$n' [-Wunused-variable]
error[E0382]: borrow of moved value: `$n`
  --> $p:$i:$j
   Compiling $n v0.$j.$j (/home/user/$n)
    Finished `test` profile [unoptimized + debuginfo] target(s) in $j.$ks
--- FAIL: Test$N_$V (0.0$js)
ok  	github.com/$n/$m	0.0$ks
    at $N.$v ($p:$i:$j)
    at async process.processTicksAndRejections (node:internal/process/task_queues:95:5)
2025-0$j-1$jT1$j:$k:$k.$iZ [INFO] $n: $s
2025-0$j-1$j 1$j:$k:$k,$i ERROR $n.$m Failed to $v $n: timeout after $is
bash: $n: command not found
Command exited with code 1
[$k/$i] Building CXX object src/$n/CMakeFiles/$m.dir/$n_$m.cc.o
Successfully installed $n-$j.$j.0 $m-$j.$k.1
HTTP/1.1 200 OK
Content-Type: application/json""".split("\n")
