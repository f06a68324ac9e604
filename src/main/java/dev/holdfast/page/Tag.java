package dev.holdfast.page;

import java.util.Locale;

/** The elements that pages are made of. There is none that runs, frames or loads from elsewhere. */
enum Tag {
  A,
  ARTICLE,
  BUTTON,
  CODE,
  DD,
  DETAILS,
  DIV,
  DL,
  DT,
  EM,
  FOOTER,
  FORM,
  H1,
  H2,
  H3,
  HEADER,
  INPUT(true),
  LABEL,
  LI,
  MAIN,
  NAV,
  OL,
  P,
  PRE,
  PROGRESS,
  SECTION,
  SPAN,
  STRONG,
  SUMMARY,
  TABLE,
  TBODY,
  TD,
  TH,
  THEAD,
  TIME,
  TR,
  UL;

  private final String text = name().toLowerCase(Locale.ROOT);
  private final boolean isVoid;

  Tag() {
    this(false);
  }

  Tag(boolean isVoid) {
    this.isVoid = isVoid;
  }

  String text() {
    return text;
  }

  /** Has no content and no end. */
  boolean isVoid() {
    return isVoid;
  }
}
