package dev.holdfast.agent;

import dev.holdfast.metrics.AgentMetrics;
import dev.holdfast.notify.NotifyListener;
import dev.holdfast.store.Redactor;
import org.jboss.logging.Logger;

/** What becomes of messages, for metrics and the log. */
record NotifySignals(AgentMetrics metrics, Redactor redactor) implements NotifyListener {
  private static final Logger LOG = Logger.getLogger("holdfast");

  @Override
  public void sent(String notifier) {
    metrics.notification(notifier, "sent");
  }

  @Override
  public void failed(String notifier) {
    metrics.notification(notifier, "failed");
  }

  @Override
  public void dropped(String notifier) {
    metrics.notification(notifier, "dropped");
  }

  @Override
  public void waiting(String notifier, int messages) {
    metrics.notificationsWaiting(notifier, messages);
  }

  @Override
  public void note(String line) {
    LOG.warn(redactor.redact(line).replaceAll("\\p{Cntrl}+", " | "));
  }
}
