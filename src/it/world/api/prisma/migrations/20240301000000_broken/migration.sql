-- Fails at its second statement: nothing of the first may stay.
ALTER TABLE "User" ADD COLUMN "phone" TEXT;
ALTER TABLE "Customer" ADD COLUMN "phone" TEXT;
