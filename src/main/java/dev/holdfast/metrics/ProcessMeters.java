package dev.holdfast.metrics;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import jakarta.inject.Singleton;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The Java process's own meters, each read when somebody scrapes. Micrometer's meters of the
 * collector are told of every collection instead, on a thread of their own, whether anybody asks or
 * not.
 */
@Singleton
final class ProcessMeters implements MeterBinder {
  private static final List<MeterBinder> READ_WHEN_ASKED =
      List.of(
          new JvmMemoryMetrics(),
          new JvmThreadMetrics(),
          new ClassLoaderMetrics(),
          new JvmInfoMetrics(),
          new FileDescriptorMetrics(),
          new UptimeMetrics());

  @Override
  public void bindTo(MeterRegistry registry) {
    READ_WHEN_ASKED.forEach(meters -> meters.bindTo(registry));
    ManagementFactory.getGarbageCollectorMXBeans().forEach(collector -> bind(collector, registry));
  }

  private static void bind(GarbageCollectorMXBean collector, MeterRegistry registry) {
    FunctionTimer.builder(
            "jvm.gc.collection",
            collector,
            GarbageCollectorMXBean::getCollectionCount,
            GarbageCollectorMXBean::getCollectionTime,
            TimeUnit.MILLISECONDS)
        .description("Time that collections of the heap took.")
        .tag("gc", collector.getName())
        .register(registry);
  }
}
