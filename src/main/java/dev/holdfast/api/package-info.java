/**
 * What programs and the command line ask of the agent over HTTP: who may ask, in which words, and
 * what an error looks like. It must not know how an app is looked at or rolled out, only what
 * {@code reconcile.Apps} answers.
 */
@NullMarked
package dev.holdfast.api;

import org.jspecify.annotations.NullMarked;
