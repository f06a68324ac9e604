package dev.holdfast.it;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code make bench}: what the agent costs a server. Figures are those of the machine and its load,
 * so nothing here fails for one; what fails is a measurement that measured something else.
 */
@TestMethodOrder(OrderAnnotation.class)
class CostBench {
  private final CostTable table = new CostTable();

  @RegisterExtension final Server server = new Server().withEngineOfItsOwn("bench");

  @AfterEach
  void print() {
    table.print();
  }

  @Test
  @Order(1)
  void start() {
    new StartCost(server, table).measure();
  }

  @Test
  @Order(2)
  void release() {
    new ReleaseCost(server, table).measure();
  }

  @Test
  @Order(3)
  void rollback() {
    new RollbackCost(server, table).measure();
  }

  @Test
  @Order(4)
  void looks() {
    new LookCost(server, table).measure();
  }

  @Test
  @Order(5)
  void manyApps() {
    new ManyAppsCost(server, table).measure();
  }

  @Test
  @Order(6)
  void idle() {
    new IdleCost(server, table).measure();
  }
}
