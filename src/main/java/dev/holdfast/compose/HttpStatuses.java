package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** {@code status:} of a probe: codes, classes such as 2xx, ranges such as 200-299, or a list. */
final class HttpStatuses {
  private static final int OK = 200;
  private static final Pattern CODE = Pattern.compile("([1-5][0-9][0-9])(?:-([1-5][0-9][0-9]))?");
  private static final Pattern CLASS = Pattern.compile("([1-5])[xX]{2}");

  private HttpStatuses() {}

  static List<Integer> read(Fields fields) {
    Value written = fields.get("status");
    if (written == null) {
      return List.of(OK);
    }
    SortedSet<Integer> statuses = new TreeSet<>();
    for (Value item : written instanceof Sequence list ? list.items() : List.of(written)) {
      List<Integer> codes =
          item instanceof Scalar scalar ? codes(scalar.text()).boxed().toList() : List.of();
      statuses.addAll(codes);
      if (codes.isEmpty()) {
        fields
            .problems()
            .error(
                item.place(),
                fields.path("status")
                    + " takes HTTP status codes such as 200, 2xx or 200-299, or a list of them");
      }
    }
    return List.copyOf(statuses);
  }

  private static IntStream codes(String text) {
    Matcher one = CODE.matcher(text);
    if (one.matches()) {
      int first = Integer.parseInt(one.group(1));
      return IntStream.rangeClosed(
          first, one.group(2) == null ? first : Integer.parseInt(one.group(2)));
    }
    Matcher all = CLASS.matcher(text);
    int hundred = all.matches() ? Integer.parseInt(all.group(1)) * 100 : 0;
    return hundred == 0 ? IntStream.empty() : IntStream.range(hundred, hundred + 100);
  }
}
