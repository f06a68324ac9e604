package dev.holdfast.page;

import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** Text never becomes markup. */
class HtmlTest {
  @ParameterizedTest
  @MethodSource("dev.holdfast.page.Hostile#texts")
  void textIsTextAlone(String hostile) throws Exception {
    Element p = parse(element(Tag.P, text(hostile)));
    assertThat(p.getElementsByTagName("*").getLength()).isZero();
    assertThat(p.getTextContent()).isEqualTo(Shown.line(hostile));
  }

  @ParameterizedTest
  @MethodSource("dev.holdfast.page.Hostile#texts")
  void anAttributeStaysItsOneAttribute(String hostile) throws Exception {
    Element p =
        parse(element(Tag.P, Attribute.title(hostile), Attribute.value(Shown.line(hostile))));
    assertThat(p.getAttributes().getLength()).isEqualTo(2);
    assertThat(p.getAttribute("title")).isEqualTo(Shown.line(hostile));
    assertThat(p.getChildNodes().getLength()).isZero();
  }

  @ParameterizedTest
  @MethodSource("dev.holdfast.page.Hostile#texts")
  void outputOfSeveralLinesIsTextAlone(String hostile) throws Exception {
    Element pre = parse(Piece.output("x", "Output", hostile + "\n" + hostile));
    assertThat(pre.getElementsByTagName("*").getLength()).isZero();
  }

  @ParameterizedTest
  @MethodSource("dev.holdfast.page.Hostile#texts")
  void aLinkLeadsNowhereElse(String hostile) throws Exception {
    for (Link link :
        new Link[] {
          Link.app(hostile.replaceAll("[\\ud800-\\udfff]", "")),
          Link.signIn("x"),
          Link.within(hostile)
        }) {
      String href = parse(element(Tag.A, Attribute.href(link))).getAttribute("href");
      assertThat(href).matches("/([a-zA-Z0-9._*%?=/-]*)").doesNotStartWith("//");
    }
  }

  @Test
  void afterSigningInNobodyIsSentElsewhere() {
    for (String to :
        new String[] {
          "//evil.example.com",
          "https://evil.example.com/",
          "/\\evil",
          "/apps/../x",
          "/apps/a/b/c",
          "/api/v1/apps",
          "",
          "apps/shop",
          "/apps/shop\r\nX: y"
        }) {
      assertThat(Link.within(to).text()).as(to).isEqualTo("/");
    }
    assertThat(Link.within("/apps/shop/hold").text()).isEqualTo("/apps/shop/hold");
    assertThat(Link.within("/deployments/20261120T120000Z-4f3c2a1b9d0e").text())
        .isEqualTo("/deployments/20261120T120000Z-4f3c2a1b9d0e");
  }

  @Test
  void thereIsNoWayFromAStringToMarkup() {
    Set<String> takingText =
        Arrays.stream(Html.class.getDeclaredMethods())
            .filter(m -> Modifier.isStatic(m.getModifiers()) && !m.isSynthetic())
            .filter(m -> Arrays.stream(m.getParameterTypes()).anyMatch(HtmlTest::isText))
            .map(Method::getName)
            .collect(Collectors.toSet());
    assertThat(takingText).containsExactlyInAnyOrder("text", "lines");
    assertThat(Html.lines("<b>").markup() + Html.text("<b>").markup()).doesNotContain("<");
    assertThat(new Html.Line("<b>").markup()).doesNotContain("<");
  }

  private static boolean isText(Class<?> type) {
    return type == String.class || type == Object.class || type == CharSequence.class;
  }

  @Test
  void whatNobodyCanSeeIsShownAsASign() {
    assertThat(Shown.line("a\u202eb")).isEqualTo("a⟨U+202E⟩b");
    assertThat(Shown.line("a\u0000\u0007b\u007f")).isEqualTo("a⟨U+0000⟩⟨U+0007⟩b⟨U+007F⟩");
    assertThat(Shown.line("a\nb\tc\rd")).isEqualTo("a b c d");
    assertThat(Shown.lines("a\nb\tc\r\nd")).isEqualTo("a\nb\tc\nd");
    assertThat(Shown.line("\ud800")).isEqualTo("⟨U+D800⟩");
    assertThat(Shown.line("Grüße, 你好 🚀")).isEqualTo("Grüße, 你好 🚀");
  }

  @Test
  void coloursOfTerminalsAreTakenOutAndOtherSequencesAreShown() {
    assertThat(Shown.line("\u001b[1;31merror\u001b[0m \u001b[2K")).isEqualTo("error ");
    assertThat(Shown.line("\u001b]0;owned\u0007")).isEqualTo("⟨U+001B⟩]0;owned⟨U+0007⟩");
    assertThat(Shown.line("\u001b[")).isEqualTo("⟨U+001B⟩[");
  }

  @Test
  void aTextWithoutEndIsCut() {
    assertThat(Shown.lines("x".repeat(1 << 20)).length()).isLessThan(100 << 10);
  }

  private static Element parse(Html html) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(html.markup())));
    return document.getDocumentElement();
  }
}
