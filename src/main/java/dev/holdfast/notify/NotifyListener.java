package dev.holdfast.notify;

/** What metrics and the log hear of messages. */
public interface NotifyListener {
  void sent(String notifier);

  /** A try that failed; the message is kept. */
  void failed(String notifier);

  /** A message that will never be taken. */
  void dropped(String notifier);

  void waiting(String notifier, int messages);

  /** One line for the agent's log, without an address that is a secret. */
  void note(String line);
}
