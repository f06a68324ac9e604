package dev.holdfast.it.crash;

import dev.holdfast.rig.SocketFault;
import dev.holdfast.rig.SocketFaultProxy;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Counts each app's changing engine calls on their way through the proxy and holds one of them.
 * Whose a call is, its name or its body says, else the labels of the container that it is about.
 */
final class HeldCalls implements SocketFaultProxy.Script {
  private static final Pattern CHANGE =
      Pattern.compile("^(POST|PUT|DELETE) (?:/v[0-9.]+)?(/[^ ]*)$");
  private static final Pattern NO_CHANGE =
      Pattern.compile("^/exec/|^/containers/[^/]+/(exec|wait|attach|resize)");
  private static final Pattern CREATED = Pattern.compile("^/containers/create\\?name=([a-z0-9]+)");
  private static final Pattern PULLED =
      Pattern.compile("fromImage=[^&]*(?:%2F|/)([a-z0-9]+)(?:%2F|/)web");
  private static final Pattern IMAGE =
      Pattern.compile("^/images/.*(?:%2F|/)([a-z0-9]+)(?:%2F|/)web");
  private static final Pattern NAMED = Pattern.compile("\"Name\":\"([a-z0-9]+)_");
  private static final Pattern CONNECTED = Pattern.compile("^/networks/([a-z0-9]+)_");
  private static final Pattern CONTAINER = Pattern.compile("^/containers/([0-9a-f]{12,64})");

  private final EngineHttp engine;
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final Map<String, String> apps = new ConcurrentHashMap<>();

  HeldCalls(EngineHttp engine) {
    this.engine = engine;
  }

  /** What one app did since its count began. */
  private static final class Account {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final CountDownLatch dead = new CountDownLatch(1);
    volatile @Nullable Point point;
    volatile boolean held;
    volatile int faultAt;
    volatile @Nullable String faultOf;
    volatile @Nullable SocketFault fault;
    volatile boolean faulted;

    /** Of the call that was noted last. */
    boolean isToBeFaulted() {
      String of = faultOf;
      return of == null
          ? faultAt == calls.size()
          : calls.getLast().equals(of) && faultAt == Collections.frequency(calls, of);
    }
  }

  void countFrom(String app) {
    accounts.put(app, new Account());
  }

  void holdAt(String app, Point point) {
    account(app).point = point;
  }

  /** The n-th call from the count's beginning on is not held, but this happens to it. */
  void faultAt(String app, int number, SocketFault fault) {
    Account account = account(app);
    account.fault = fault;
    account.faultAt = number;
  }

  /** This happens to the n-th call of a kind, such as {@code POST /containers/ID/stop}. */
  void faultAt(String app, String kind, int number, SocketFault fault) {
    account(app).faultOf = kind;
    faultAt(app, number, fault);
  }

  boolean isHeld(String app) {
    return account(app).held;
  }

  boolean isFaulted(String app) {
    return account(app).faulted;
  }

  /** The agent is dead: what was held goes nowhere any more. */
  void release() {
    accounts.values().forEach(account -> account.dead.countDown());
  }

  List<String> of(String app) {
    return List.copyOf(account(app).calls);
  }

  private Account account(String app) {
    return accounts.computeIfAbsent(app, key -> new Account());
  }

  @Override
  public @Nullable SocketFault fault(String request, byte[] body) {
    Matcher change = CHANGE.matcher(request);
    if (!change.find() || NO_CHANGE.matcher(change.group(2)).find()) {
      return null;
    }
    String app = app(change.group(2), body);
    if (app == null) {
      return null;
    }
    Account account = account(app);
    synchronized (account) {
      account.calls.add(change.group(1) + " " + kind(change.group(2)));
      if (account.isToBeFaulted()) {
        account.faulted = true;
        return account.fault;
      }
      Point point = account.point;
      if (point == null || point.number() != account.calls.size()) {
        return null;
      }
      Runnable hold = () -> hold(account);
      return point.moment() == Point.Moment.BEFORE
          ? new SocketFault.Withhold(hold)
          : new SocketFault.After(hold);
    }
  }

  private static void hold(Account account) {
    account.held = true;
    try {
      account.dead.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String kind(String path) {
    return path.replaceAll("\\?.*", "")
        .replaceAll("[0-9a-f]{64}", "ID")
        .replaceAll("^/images/.*(/|%2F).*", "/images/ID");
  }

  private @Nullable String app(String path, byte[] body) {
    for (Pattern pattern : List.of(CREATED, PULLED, CONNECTED, IMAGE)) {
      Matcher found = pattern.matcher(path);
      if (found.find()) {
        return found.group(1);
      }
    }
    Matcher container = CONTAINER.matcher(path);
    if (container.find()) {
      return apps.computeIfAbsent(container.group(1), this::project);
    }
    Matcher named = NAMED.matcher(new String(body, StandardCharsets.UTF_8).replaceAll("\\s", ""));
    return named.find() ? named.group(1) : null;
  }

  private @Nullable String project(String container) {
    return engine
        .find("/containers/" + container + "/json")
        .map(json -> json.at("/Config/Labels").path("com.docker.compose.project").asText(null))
        .orElse(null);
  }
}
