package dev.holdfast.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.store.RecordJson;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Tells whoever listens what has changed. Publishing never waits: a listener that is {@value
 * #MOST_WAITING} events behind is let go, and comes back to a fresh state. With nobody listening it
 * costs nothing.
 */
@ApplicationScoped
public class Events {
  private static final int MOST_LISTENERS = 16;
  private static final int MOST_WAITING = 64;
  private static final int MOST_TOLD = 2;
  private final ObjectMapper mapper;
  private final AtomicLong toldOutput = new AtomicLong(System.nanoTime());
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

  Events(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** {@code name}: app, deployment, pull or output; {@code data}: its object as the API has it. */
  record Event(String name, String data) {}

  public void changed(AppView view) {
    if (!listeners.isEmpty()) {
      publish(of(view));
    }
  }

  public void changed(DeploymentRecord record) {
    if (!listeners.isEmpty()) {
      publish(new Event("deployment", RecordJson.of(record).toString()));
    }
  }

  void pulling(Pulls.Pull pull) {
    if (!listeners.isEmpty()) {
      publish(new Event("pull", json(pull)));
    }
  }

  /** A command of a deployment wrote something; told {@value #MOST_TOLD} times a second at most. */
  public void wrote(String app, String deployment, String file) {
    long now = System.nanoTime();
    long before = toldOutput.get();
    if (!listeners.isEmpty()
        && now - before >= 1_000_000_000 / MOST_TOLD
        && toldOutput.compareAndSet(before, now)) {
      publish(new Event("output", json(new Output(app, deployment, file))));
    }
  }

  private record Output(String app, String deployment, String file) {}

  Event of(AppView view) {
    return new Event("app", json(view));
  }

  private String json(Object told) {
    try {
      return mapper.writeValueAsString(told);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record is always written", e);
    }
  }

  /**
   * What is there at the beginning, then each change; listening begins before the first is read, so
   * that nothing falls between.
   */
  Multi<Event> listen(Supplier<List<AppView>> present) {
    if (listeners.size() >= MOST_LISTENERS) {
      throw new ProblemException(
          503, "too many listen to events already; try again later, or poll /api/v1/apps");
    }
    Listener listener = new Listener();
    listeners.add(listener);
    Multi<Event> first = Multi.createFrom().items(() -> present.get().stream()).map(this::of);
    return Multi.createBy()
        .concatenating()
        .streams(first, listener.stream)
        .onTermination()
        .invoke(() -> listeners.remove(listener));
  }

  int listeners() {
    return listeners.size();
  }

  private void publish(Event event) {
    listeners.removeIf(listener -> !listener.tell(event));
  }

  private static final class Listener {
    private final Queue<Event> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final UnicastProcessor<Event> stream = UnicastProcessor.create(waiting, null);

    /** A stream takes one event at a time. */
    synchronized boolean tell(Event event) {
      if (waiting.size() < MOST_WAITING) {
        stream.onNext(event);
        return true;
      }
      // What waits is dropped first: the end would wait behind it.
      waiting.clear();
      stream.onError(new IllegalStateException("the listener is too far behind"));
      return false;
    }
  }
}
