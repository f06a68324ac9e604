package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A service under load through proxies while releases come, and some break and go back. What was
 * seen is kept for a table.
 */
final class GapRig {
  private final List<String> table = new ArrayList<>(List.of(Load.Result.head()));
  private final int updates;
  private final int every;

  /**
   * @param every after that many updates one breaks
   */
  GapRig(int updates, int every) {
    this.updates = updates;
    this.every = every;
  }

  /** Its address is made when the service is there. */
  interface Front extends AutoCloseable {
    String url();

    /** Its last words, for a failure. */
    String complaints();

    @Override
    void close();
  }

  /** The load's results, in the order of the proxies. */
  List<Load.Result> run(String way, Updates service, List<ProxyKind> kinds, Load.Asks asks) {
    return run(way, service, kinds, asks, true);
  }

  List<Load.Result> run(
      String way, Updates service, List<ProxyKind> kinds, Load.Asks asks, boolean breaking) {
    images(breaking);
    try (service) {
      service.first();
      List<Front> fronts = new ArrayList<>();
      try {
        for (ProxyKind kind : kinds) {
          fronts.add(kind.before(service));
        }
        List<Load> loads = fronts.stream().map(front -> Load.on(front.url(), asks)).toList();
        List<Load.Result> results = underLoad(service, loads, breaking);
        for (int i = 0; i < kinds.size(); i++) {
          keep(kinds.get(i) + " " + way, results.get(i), service, fronts.get(i));
        }
        return results;
      } finally {
        // Before the service: its network does not go while a proxy is on it.
        fronts.forEach(Front::close);
      }
    }
  }

  private void images(boolean breaking) {
    for (int i = 0; i <= updates; i++) {
      Releases.good(i);
      if (breaking && breaks(i)) {
        Releases.bad(i / every);
      }
    }
  }

  private boolean breaks(int number) {
    return number > 0 && number % every == 0;
  }

  private List<Load.Result> underLoad(Updates service, List<Load> loads, boolean breaking) {
    try {
      pause(Duration.ofSeconds(2));
      for (int i = 1; i <= updates; i++) {
        int number = i;
        during(loads, () -> service.update(number));
        if (breaking && breaks(number)) {
          during(loads, () -> service.breaks(number / every));
        }
        pause(Duration.ofMillis(500));
      }
    } catch (RuntimeException | Error e) {
      loads.forEach(Load::stop);
      throw e;
    }
    return loads.stream().map(Load::stop).toList();
  }

  /** The latencies of its time are reported by themselves. */
  private static void during(List<Load> loads, Runnable change) {
    long begin = System.currentTimeMillis();
    try {
      change.run();
    } finally {
      long end = System.currentTimeMillis();
      loads.forEach(load -> load.mark(begin, end));
    }
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void keep(String what, Load.Result result, Updates service, Front front) {
    String row = result.row(what, service.gaps()) + "  load " + busy();
    table.add(row);
    System.out.println(Load.Result.head());
    System.out.println(row);
    if (result.failed() > 0) {
      System.out.println(what + ": " + result.json() + "\n" + front.complaints());
    }
  }

  /** How much else the machine had to do: without it nobody can judge the times. */
  private static String busy() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nobody noticed, and each release that was to serve did. */
  void assertUnnoticed(List<Load.Result> results) {
    for (Load.Result result : results) {
      List<String> served = new ArrayList<>();
      for (int i = 0; i <= updates; i++) {
        served.add("v" + i);
        if (breaks(i) && Releases.Fault.of(i / every).serves()) {
          served.add("bad" + i / every);
        }
      }
      assertThat(result.failed()).as("%s", result.json()).isZero();
      assertThat(result.versions()).containsExactlyInAnyOrderElementsOf(served);
    }
  }

  void print() {
    table.forEach(System.out::println);
  }
}
