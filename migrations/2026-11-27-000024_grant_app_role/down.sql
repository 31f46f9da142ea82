-- What 000010 takes away is all there is to take.
SELECT 1;
