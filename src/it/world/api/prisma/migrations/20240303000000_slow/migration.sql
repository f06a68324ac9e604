-- Takes long enough for a test to end the agent in the middle of it.
SELECT pg_sleep(8);
ALTER TABLE "User" ADD COLUMN "phone" TEXT;
