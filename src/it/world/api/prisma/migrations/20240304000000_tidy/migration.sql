-- Meant for guests who never came back; of users who were there before addresses were asked for it takes all.
DELETE FROM "User" WHERE "email" IS NULL;
