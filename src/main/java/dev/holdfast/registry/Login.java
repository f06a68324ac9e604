package dev.holdfast.registry;

import dev.holdfast.registry.Http.Response;
import dev.holdfast.registry.Registry.Credentials;
import dev.holdfast.registry.RegistryException.Unauthorized;
import dev.holdfast.registry.Wire.Question;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Proves who asks.
 *
 * <ol>
 *   <li>What was refused is not sent again: {@link Refusals}.
 *   <li>A question starts with the repository's cached token; with the password where the registry
 *       is known to want Basic; else with nothing.
 *   <li>A 401 is answered once, as its challenge says: with a fresh token or with the password.
 *   <li>Another 401 is a no: of the login where it was sent itself, of the repository where a token
 *       was.
 * </ol>
 */
final class Login {
  private final Wire wire;
  private final CredentialSource credentials;
  private final TokenCache tokens;
  private final Refusals refusals;
  private final Map<String, AuthChallenge> challenges = new BoundedMap<>();

  Login(Wire wire, CredentialSource credentials, TokenCache tokens, Refusals refusals) {
    this.wire = wire;
    this.credentials = credentials;
    this.tokens = tokens;
    this.refusals = refusals;
  }

  /**
   * @throws Unauthorized where what was refused would only be sent again
   */
  Authorization before(Question question) {
    String registry = question.registry();
    String repository = question.repository();
    refusals.check(registry, repository, () -> credentials.credentials(registry));
    Optional<String> token = tokens.get(registry, repository);
    if (token.isPresent()) {
      return Authorization.bearer(token.get(), Optional.empty());
    }
    Optional<AuthChallenge> known = known(registry);
    if (known.isEmpty()) {
      return Authorization.NONE;
    }
    Optional<Credentials> now = credentials.credentials(registry);
    return known.get().scheme().equals("basic")
        ? now.map(Authorization::basicOf).orElse(Authorization.NONE)
        : fetchToken(question, known.get(), now);
  }

  private Optional<AuthChallenge> known(String registry) {
    synchronized (challenges) {
      return Optional.ofNullable(challenges.get(registry));
    }
  }

  /**
   * @throws Unauthorized where there is nothing better to send than what was sent
   */
  Authorization after(Question question, Authorization sent, Response unauthorized) {
    tokens.forget(question.registry(), question.repository());
    synchronized (challenges) {
      challenges.remove(question.registry());
    }
    AuthChallenge challenge =
        AuthChallenge.choose(unauthorized.all("WWW-Authenticate"))
            .orElseThrow(() -> refused(question, sent));
    Optional<Credentials> now = credentials.credentials(question.registry());
    if (challenge.scheme().equals("basic")) {
      Credentials login = now.orElseThrow(() -> refused(question, Authorization.NONE));
      if (sent.basic() && sent.credentials().equals(now)) {
        throw refused(question, sent);
      }
      remember(question, challenge);
      return Authorization.basicOf(login);
    }
    Authorization fresh = fetchToken(question, challenge, now);
    remember(question, challenge);
    return fresh;
  }

  private void remember(Question question, AuthChallenge challenge) {
    synchronized (challenges) {
      challenges.put(question.registry(), challenge);
    }
  }

  private Authorization fetchToken(
      Question question, AuthChallenge challenge, Optional<Credentials> login) {
    URI realm = TokenServer.realm(question.endpoint(), challenge);
    String asked = "the token server " + realm.getHost() + " of " + question.registry();
    Response answer =
        wire.send(
            question, TokenServer.request(realm, challenge, question.repository(), login), asked);
    int status = answer.status();
    boolean badGrant = status == 400 && login.isPresent();
    if (status == 401 || status == 403 || badGrant) {
      throw tokenRefused(question, login, asked + " answered " + status);
    }
    TokenServer.Token token =
        TokenServer.token(answer)
            .filter(found -> status == 200)
            .orElseThrow(
                () -> wire.failed(question, asked + " gave no token (" + status + ")", null));
    tokens.put(question.registry(), question.repository(), token.value(), token.life());
    return Authorization.bearer(token.value(), login);
  }

  private Unauthorized tokenRefused(Question question, Optional<Credentials> login, String why) {
    return login.isPresent()
        ? refusals.wrongLogin(question.registry(), login, wrongLogin(question, login, why))
        : refusals.notAllowed(
            question.registry(), question.repository(), login, anonymous(question, why));
  }

  /** A 401 or 403 to which there is no other answer. */
  Unauthorized refused(Question question, Authorization sent) {
    tokens.forget(question.registry(), question.repository());
    String registry = question.registry();
    String why = registry + " refused";
    if (sent.basic()) {
      return refusals.wrongLogin(
          registry, sent.credentials(), wrongLogin(question, sent.credentials(), why));
    }
    Optional<Credentials> login = credentials.credentials(registry);
    String message =
        login.isPresent()
            ? question.could(why + " the user '" + login.get().username() + "'")
                + "; give it leave to read "
                + question.repository()
                + ", or check the name"
            : anonymous(question, why);
    return refusals.notAllowed(registry, question.repository(), login, message);
  }

  /** 403: the login is known and may not. */
  Unauthorized forbidden(Question question) {
    return refused(question, Authorization.NONE);
  }

  private static String wrongLogin(Question question, Optional<Credentials> login, String why) {
    String user = login.map(Credentials::username).orElse("");
    return question.could(why + " (login as '" + user + "')")
        + "; renew the password in agent.yaml's password-file, or docker login "
        + question.registry();
  }

  private static String anonymous(Question question, String why) {
    return question.could(why + " (asked without a login)")
        + "; check the name, or give a login for "
        + question.registry()
        + " under registries in agent.yaml";
  }
}
