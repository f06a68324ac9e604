package dev.holdfast.registry;

import dev.holdfast.registry.Http.Response;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Link header of tag lists (RFC 8288; distribution specification, "Listing Tags"). */
final class Pages {
  static final int MAX_PAGES = 100;
  static final int MAX_TAGS = 50_000;
  static final int PAGE_SIZE = 1_000;
  private static final Pattern LINK = Pattern.compile("<([^<>]{1,4096})>([^<]*)");
  private static final Pattern NEXT =
      Pattern.compile(";\\s*rel\\s*=\\s*\"?(?:[^\";,]* )?next(?: [^\";,]*)?\"?\\s*(?:[;,]|$)");

  private Pages() {}

  /**
   * The next page's address, resolved against this page's.
   *
   * @throws IllegalArgumentException where the link is no address
   */
  static Optional<URI> next(Response page) {
    for (String header : page.all("Link")) {
      Matcher link = LINK.matcher(header);
      while (link.find()) {
        if (NEXT.matcher(link.group(2)).find()) {
          return Optional.of(page.uri().resolve(link.group(1)));
        }
      }
    }
    return Optional.empty();
  }
}
