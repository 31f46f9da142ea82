DROP TABLE points_adjustment;
