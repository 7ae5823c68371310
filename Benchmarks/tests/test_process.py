import sys
import tempfile
import unittest

from conebench.process import run


class Limits(unittest.TestCase):
    def run_python(self, code, seconds=20.0, gigabytes=2.0):
        with tempfile.TemporaryDirectory() as directory:
            return run([sys.executable, "-c", code], directory, {}, seconds, gigabytes)

    def test_in_order(self):
        account = self.run_python("print('hello')")
        self.assertEqual((account.failure, account.output.strip()), ("", "hello"))

    def test_time(self):
        account = self.run_python("import time; time.sleep(60)", seconds=0.5)
        self.assertEqual(account.failure, "time limit")
        self.assertLess(account.wall, 20)

    def test_children_end_too(self):
        account = self.run_python("import subprocess; subprocess.run(['sleep', '60'])", seconds=0.5)
        self.assertTrue(account.timed_out)
        self.assertLess(account.wall, 20)

    def test_memory(self):
        self.assertEqual(self.run_python("x = bytearray(3 * 2**30)").failure, "memory limit")

    def test_crash(self):
        self.assertEqual(self.run_python("import os; os.kill(os.getpid(), 11)").failure, "signal SIGSEGV")
        self.assertTrue(self.run_python("raise SystemExit(3)").failure.startswith("exit 3"))

    def test_account(self):
        account = self.run_python("x = bytearray(300 * 2**20)\nfor _ in range(4_000_000): pass\nimport time; time.sleep(0.3)")
        self.assertGreater(account.peak_mb, 300)
        self.assertLess(account.peak_mb, 600)
        self.assertGreater(account.cpu, 0.05)
