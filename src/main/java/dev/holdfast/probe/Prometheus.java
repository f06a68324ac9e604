package dev.holdfast.probe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.model.WatchSpec;
import dev.holdfast.probe.Prober.Reading;
import dev.holdfast.probe.Prober.Sample;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An instant query by Prometheus' HTTP API: {@code GET /api/v1/query}. What cannot be asked or
 * read, and an answer without values, says nothing: a monitoring that is away condemns no release.
 */
final class Prometheus {
  private static final int MOST_VALUES = 1_000;
  private static final int LONGEST_NAME = 200;
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(20).build())
              .build());

  private Prometheus() {}

  static Reading read(WatchSpec.Metric metric, Duration timeout) {
    URI url;
    try {
      url = url(metric);
    } catch (IllegalArgumentException e) {
      return new Reading.None("its address is not a URL");
    }
    AtomicReference<HttpGet.Answer> answer = new AtomicReference<>();
    HttpQuestion question = HttpQuestion.of(url, new TreeMap<>(), List.of(200), "", null, true);
    String subject = "Prometheus at " + url.getHost();
    Sample sample =
        Deadline.within(
            timeout,
            subject,
            () -> {
              answer.set(HttpGet.ask(question));
              return new Sample.Passed("");
            });
    HttpGet.Answer got = answer.get();
    return switch (sample) {
      case Sample.Refused refused -> new Reading.None(refused.reason());
      case Sample.Unasked unasked -> new Reading.None(unasked.reason());
      case Sample.Passed passed -> got == null ? new Reading.None(subject) : parse(subject, got);
    };
  }

  private static URI url(WatchSpec.Metric metric) {
    String base = metric.prometheus().replaceFirst("/+$", "");
    return URI.create(
        base + "/api/v1/query?query=" + URLEncoder.encode(metric.query(), StandardCharsets.UTF_8));
  }

  static Reading parse(String subject, HttpGet.Answer answer) {
    try {
      JsonNode json = JSON.readTree(answer.body());
      if (answer.status() != 200 || !json.path("status").asText().equals("success")) {
        return new Reading.None(
            subject
                + " answered "
                + answer.status()
                + ": "
                + shortened(json.path("error").asText("no reason given")));
      }
      List<Reading.Value> values = values(json.path("data"));
      return values.isEmpty()
          ? new Reading.None(subject + " has no value for the query")
          : new Reading.Values(values);
    } catch (JsonProcessingException e) {
      return new Reading.None(subject + " answered " + answer.status() + " and no JSON");
    }
  }

  private static List<Reading.Value> values(JsonNode data) {
    List<Reading.Value> values = new ArrayList<>();
    JsonNode result = data.path("result");
    switch (data.path("resultType").asText()) {
      case "scalar" -> add(values, "", result);
      case "vector" -> {
        for (JsonNode item : result) {
          if (values.size() < MOST_VALUES) {
            add(values, shortened(item.path("metric").toString()), item.path("value"));
          }
        }
      }
      default -> {}
    }
    return values;
  }

  /** {@code [time, "value"]}; NaN, as of 0/0 where nothing was asked, is no value. */
  private static void add(List<Reading.Value> values, String of, JsonNode pair) {
    String text =
        pair.path(1).asText("NaN").replace("+Inf", "Infinity").replace("-Inf", "-Infinity");
    try {
      double value = Double.parseDouble(text);
      if (!Double.isNaN(value)) {
        values.add(new Reading.Value(of, value));
      }
    } catch (NumberFormatException e) {
      // Not a number of Prometheus', so none at all.
    }
  }

  private static String shortened(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > LONGEST_NAME ? plain.substring(0, LONGEST_NAME) + "…" : plain;
  }
}
