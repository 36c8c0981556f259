"""Sixty texts that are code, markup or trouble to something somewhere."""

from __future__ import annotations

TEXTS = [
    *("'; DROP TABLE events; --", '" OR 1=1 --', "' UNION SELECT salt, value FROM names --"),
    *("Robert'); DELETE FROM words;--", "1; PRAGMA writable_schema=1", "`id`", "$(id)", "; id |"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)"),
    *("<!--", "]]>", "</style>", "&lt;b&gt;", "&amp;", "<svg/onload=alert(1)>", "{{7*7}}"),
    *("${7*7}", "#{7*7}", "%s%s%n", "%00", "{0.__class__}", "__proto__", "constructor"),
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=cmd|' /C calc'!A0", "../../etc/passwd", "..\\..\\x"),
    *("file:///etc/passwd", "?mode=memory", "#fragment", "a%2Fb", "C:\\x", "~", "-rf", "."),
    *("\n", "\r\n", "\t", "a\0b", "\x1b[31m", "\x7f", "\u2028", "\ufeff", "\u202egnp.exe"),
    *("null", "NaN", "true", "[]", '{"a":1}', '"', "\\", "\\u0000", "null\0", "é", "e\u0301"),
]
