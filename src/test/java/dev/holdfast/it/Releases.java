package dev.holdfast.it;

/**
 * Where the updates of the availability rig take their images from. Those of even numbers finish
 * what runs when they are told to end; the others end in the midst of it.
 */
final class Releases {
  static final String REPOSITORY = "gap/web";

  /** What is wrong with a release. */
  enum Fault {
    /** It serves, and the smoke test says no. */
    SMOKE("SMOKE=fail"),
    NEVER_HEALTHY("HEALTH=fail"),
    /** It serves, and prints what the release forbids. */
    LOG("SAYS=FATAL: out of luck");

    private final String behaviour;

    Fault(String behaviour) {
      this.behaviour = behaviour;
    }

    /** In turn, from 1. */
    static Fault of(int number) {
      return values()[(number - 1) % values().length];
    }

    boolean serves() {
      return this != NEVER_HEALTHY;
    }
  }

  private Releases() {}

  static String image() {
    return World.get().registry() + "/" + REPOSITORY;
  }

  static String good(int number) {
    return made("v" + number, ending(number));
  }

  /** Each an image of its own: one that failed is in quarantine. */
  static String bad(int number) {
    return made("bad" + number, ending(number), Fault.of(number).behaviour);
  }

  private static String ending(int number) {
    return "ON_TERM=" + (number % 2 == 0 ? "close" : "abrupt");
  }

  private static String made(String tag, String... behaviour) {
    String[] more = new String[behaviour.length + 1];
    more[0] = tag;
    System.arraycopy(behaviour, 0, more, 1, behaviour.length);
    World.get().image("service", image() + ":" + tag, more);
    return tag;
  }
}
