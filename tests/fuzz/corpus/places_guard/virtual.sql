CREATE VIRTUAL TABLE rtree_hamlets USING rtree (id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE notes USING fts4 (body);
CREATE TABLE hamlets (fid INTEGER PRIMARY KEY, name TEXT);
CREATE TRIGGER t AFTER INSERT ON hamlets BEGIN DELETE FROM hamlets; END;
