package dev.holdfast.rollout;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of when and with whose leave an app is rolled out.
 *
 * @param approval a person must approve each release
 * @param expires how long one waits for that; null: for ever
 * @param group of the apps of which never two are rolled out at once; null: none
 */
public record Rules(
    boolean approval, @Nullable Duration expires, Timetable timetable, @Nullable String group) {
  public static final Rules NONE = new Rules(false, null, Timetable.ALWAYS, null);
}
