package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.model.Digest;
import dev.holdfast.registry.ImageContents.Layer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manifest says how large an image is, or it says nothing. */
class ContentsReaderTest {
  private static final String A = "sha256:" + "a".repeat(64);
  private static final String B = "sha256:" + "b".repeat(64);
  private static final String C = "sha256:" + "c".repeat(64);

  private static JsonNode json(String text) throws IOException {
    String known = text.replace('\'', '"').replace("A:A", A).replace("B:B", B).replace("C:C", C);
    return new JsonMapper().readTree(known);
  }

  @Test
  void layersComeWithTheirSizesLowestFirst() throws IOException {
    assertThat(
            ContentsReader.ofManifest(
                json(
                    "{'config':{'digest':'C:C'},'layers':[{'digest':'A:A','size':12345678901},"
                        + "{'digest':'B:B','size':0}]}")))
        .contains(
            new ImageContents(
                new Digest(C),
                List.of(new Layer(new Digest(A), 12_345_678_901L), new Layer(new Digest(B), 0))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'config':{'digest':'C:C'}}",
        "{'config':{'digest':'C:C'},'layers':{}}",
        "{'config':{'digest':'C:C'},'layers':[{'digest':'A:A'}]}",
        "{'config':{'digest':'C:C'},'layers':[{'digest':'A:A','size':-1}]}",
        "{'config':{'digest':'C:C'},'layers':[{'digest':'A:A','size':1.5}]}",
        "{'config':{'digest':'C:C'},'layers':[{'digest':'A:A','size':99999999999999}]}",
        "{'config':{'digest':'C:C'},'layers':[{'digest':'md5:1','size':1}]}",
        "{'config':{'digest':'none'},'layers':[{'digest':'A:A','size':1}]}",
      })
  void whatIsNotAsTheSpecificationHasItSaysNothing(String manifest) throws IOException {
    assertThat(ContentsReader.ofManifest(json(manifest))).isEmpty();
  }

  @Test
  void moreLayersThanAnyEngineTakesSayNothing() throws IOException {
    String layer = "{'digest':'A:A','size':1}";
    for (int count : new int[] {1000, 1001}) {
      String layers = String.join(",", java.util.Collections.nCopies(count, layer));
      assertThat(
              ContentsReader.ofManifest(
                      json("{'config':{'digest':'C:C'},'layers':[" + layers + "]}"))
                  .isPresent())
          .isEqualTo(count == 1000);
    }
  }

  @Test
  void ofAnIndexTheOneManifestOfThePlatformCounts() throws IOException {
    String other = "{'digest':'B:B','platform':{'os':'linux','architecture':'arm64'}}";
    String own = "{'digest':'A:A','platform':{'os':'linux','architecture':'amd64'}}";
    String attestation = "{'digest':'C:C','platform':{'os':'unknown','architecture':'unknown'}}";
    JsonNode index = json("{'manifests':[" + other + "," + own + "," + attestation + "]}");
    assertThat(ContentsReader.isIndex(index)).isTrue();
    assertThat(ContentsReader.ofIndex(index, "amd64")).contains(new Digest(A));
    assertThat(ContentsReader.ofIndex(index, "riscv64")).isEmpty();
    JsonNode two = json("{'manifests':[" + own + "," + own.replace("A:A", "B:B") + "]}");
    assertThat(ContentsReader.ofIndex(two, "amd64")).as("two variants").isEmpty();
  }

  @Test
  void anImagesOwnNamesOfItsLayersAreAllOrNone() throws IOException {
    assertThat(ContentsReader.unpacked(json("{'rootfs':{'diff_ids':['A:A','B:B']}}")))
        .containsExactly(A, B);
    assertThat(ContentsReader.unpacked(json("{'rootfs':{'diff_ids':['A:A',7]}}"))).isEmpty();
    assertThat(ContentsReader.unpacked(json("{}"))).isEmpty();
  }
}
