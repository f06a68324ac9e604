package dev.holdfast.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection, from its first byte on: it asks, is answered, and rests before it asks again. */
final class Guest extends ChannelInboundHandlerAdapter {
  static final int PATIENCE_SECONDS = 10;
  private final Channel connection;
  private final Consumer<Guest> left;
  private volatile State state = State.ASKS;
  private @Nullable Future<?> deadline;
  private boolean listens;

  private enum State {
    ASKS,
    IS_ANSWERED,
    RESTS,
    /** The connection is no longer one of requests. */
    STAYS
  }

  Guest(Channel connection, Consumer<Guest> left) {
    this.connection = connection;
    this.left = left;
  }

  boolean asks() {
    return state == State.ASKS;
  }

  boolean rests() {
    return state == State.RESTS;
  }

  void dismiss() {
    Future<?> _ = connection.close();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    begin();
    super.channelActive(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
    if (!listens) {
      listens = true;
      listen(context.pipeline());
    }
    if (state == State.RESTS) {
      begin();
    }
    super.channelRead(context, bytes);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    end(State.RESTS);
    left.accept(this);
    super.channelInactive(context);
  }

  /** Behind the codec, requests and answers have their ends. */
  private void listen(ChannelPipeline pipeline) {
    if (pipeline.get("httpEncoder") != null) {
      pipeline.addAfter("httpEncoder", "guest-messages", new Messages());
    }
  }

  private void begin() {
    state = State.ASKS;
    deadline = connection.eventLoop().schedule(this::dismiss, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  void stay() {
    end(State.STAYS);
  }

  private void end(State next) {
    state = next;
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private final class Messages extends ChannelDuplexHandler {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      if (message instanceof LastHttpContent && state == State.ASKS) {
        end(State.IS_ANSWERED);
      }
      super.channelRead(context, message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
        throws Exception {
      if (message instanceof LastHttpContent && state == State.IS_ANSWERED) {
        state = State.RESTS;
      }
      super.write(context, message, promise);
    }
  }
}
