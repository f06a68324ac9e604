package dev.holdfast.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation")
class ProcessMetersTest {
  @Test
  void whatAnOperatorAsksOfAJavaProcessIsThereAndHasHelp() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new ProcessMeters().bindTo(registry);
    List<String> lines = registry.scrape().lines().toList();

    for (String name :
        List.of(
            "jvm_memory_used_bytes",
            "jvm_threads_live_threads",
            "jvm_classes_loaded_classes",
            "jvm_info",
            "jvm_gc_collection_seconds",
            "process_files_open_files",
            "process_start_time_seconds",
            "process_uptime_seconds")) {
      assertThat(lines).anyMatch(line -> line.startsWith("# HELP " + name + " "));
      assertThat(lines).anyMatch(line -> line.matches(name + "(_count)?(\\{.*\\})? [0-9.E]+"));
    }
    assertThat(lines).anyMatch(line -> line.matches("jvm_gc_collection_seconds_count\\{gc=.*"));
  }
}
