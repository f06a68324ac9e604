package dev.holdfast.page;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who looks, and when.
 *
 * @param formKey what their forms carry; null where they have not signed in
 * @param canSignIn whether agent.yaml names a token to sign in with
 */
record Viewer(@Nullable String formKey, boolean canSignIn, Instant now) {
  boolean signedIn() {
    return formKey != null;
  }
}
