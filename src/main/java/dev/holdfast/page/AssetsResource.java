package dev.holdfast.page;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The page's three files: small, read once, and asked for again only by their tag. */
@Path("/assets")
public class AssetsResource {
  private static final int TAG_BYTES = 8;
  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  private record Asset(String text, String tag) {}

  @GET
  @Path("page.css")
  public Response css(@HeaderParam("If-None-Match") @Nullable String known) {
    return answer("page.css", "text/css;charset=utf-8", known);
  }

  @GET
  @Path("page.js")
  public Response script(@HeaderParam("If-None-Match") @Nullable String known) {
    return answer("page.js", "text/javascript;charset=utf-8", known);
  }

  @GET
  @Path("icon.svg")
  public Response icon(@HeaderParam("If-None-Match") @Nullable String known) {
    return answer("icon.svg", "image/svg+xml", known);
  }

  private Response answer(String name, String type, @Nullable String known) {
    Asset asset = assets.computeIfAbsent(name, AssetsResource::read);
    Response.ResponseBuilder answer =
        asset.tag().equals(known)
            ? Response.notModified()
            : Response.ok(asset.text()).header("Content-Type", type);
    return answer.header("ETag", asset.tag()).build();
  }

  private static Asset read(String name) {
    try (InputStream in = AssetsResource.class.getResourceAsStream("/page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no page/" + name);
      }
      byte[] bytes = in.readAllBytes();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new Asset(
          new String(bytes, StandardCharsets.UTF_8),
          '"' + HexFormat.of().formatHex(hash, 0, TAG_BYTES) + '"');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
