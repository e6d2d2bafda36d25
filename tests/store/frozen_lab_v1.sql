BEGIN TRANSACTION;
CREATE TABLE events (
	sequence INTEGER NOT NULL, 
	time TEXT NOT NULL, 
	stream TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	schema INTEGER NOT NULL, 
	payload TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	previous TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (sequence)
);
INSERT INTO "events" VALUES(1,'2026-11-01T09:00:00.000000+00:00','0a1b2c3d4e5f','run.created',1,'{"run":"0a1b2c3d4e5f","name":"one pellet","protocol":{"steps":[]},"facility":{},"seed":7}','kuralab','0000000000000000000000000000000000000000000000000000000000000000','385a832f441eba664be036977a9381834b5ddb1ac74ee47bca7f01935785fb5c');
INSERT INTO "events" VALUES(2,'2026-11-01T09:01:00.000000+00:00','0a1b2c3d4e5f','run.state',1,'{"run":"0a1b2c3d4e5f","state":"running"}','kuralab','385a832f441eba664be036977a9381834b5ddb1ac74ee47bca7f01935785fb5c','ac4439232bb09a275deacb1152932dde9bcd6b858810c6c27f48caf7bd950dd1');
INSERT INTO "events" VALUES(3,'2026-11-01T09:01:00.000000+00:00','0a1b2c3d4e5f','step.state',1,'{"run":"0a1b2c3d4e5f","step":"mill","state":"waiting","operation":"ball_mill"}','kuralab','ac4439232bb09a275deacb1152932dde9bcd6b858810c6c27f48caf7bd950dd1','73ef79558680668912999fc07a06ba2ad71a753b6b72b172549e3cf5ba45a4d9');
INSERT INTO "events" VALUES(4,'2026-11-01T09:02:00.000000+00:00','0a1b2c3d4e5f','step.state',1,'{"run":"0a1b2c3d4e5f","step":"mill","state":"ready"}','kuralab','73ef79558680668912999fc07a06ba2ad71a753b6b72b172549e3cf5ba45a4d9','d7b91b442d9c87594ca30db7cae2a3ac7e0d35ac3555752bf4b0203b9f8ddd4b');
INSERT INTO "events" VALUES(5,'2026-11-01T09:02:00.000000+00:00','0a1b2c3d4e5f','step.state',1,'{"run":"0a1b2c3d4e5f","step":"press","state":"waiting","operation":"press_pellet","samples":["0a1b2c3d4e5f/pellet"]}','kuralab','d7b91b442d9c87594ca30db7cae2a3ac7e0d35ac3555752bf4b0203b9f8ddd4b','00d3613d061720abad8f41942f8387a36f13adf3b26eab229f0d32ed3834c8b7');
INSERT INTO "events" VALUES(6,'2026-11-01T09:03:00.000000+00:00','0a1b2c3d4e5f','step.state',1,'{"run":"0a1b2c3d4e5f","step":"mill","state":"claimed","instrument":"mill-1","order":"0a1b2c3d4e5f/mill/1","attempt":1}','kuralab','00d3613d061720abad8f41942f8387a36f13adf3b26eab229f0d32ed3834c8b7','a58bf9d883004613ecdaf2e409d005f32b481720bbaf48b5b7cdc29bbe20b47e');
INSERT INTO "events" VALUES(7,'2026-11-01T09:04:00.000000+00:00','0a1b2c3d4e5f','step.state',1,'{"run":"0a1b2c3d4e5f","step":"mill","state":"started"}','kuralab','a58bf9d883004613ecdaf2e409d005f32b481720bbaf48b5b7cdc29bbe20b47e','3fd5a0e49e61bec70850f494b2f2b73e917bcc825ab41d9fc6b6cedf4e890e59');
INSERT INTO "events" VALUES(8,'2026-11-01T09:05:00.000000+00:00','0a1b2c3d4e5f','step.state',1,'{"run":"0a1b2c3d4e5f","step":"mill","state":"finished","message":"粉末 ready"}','kuralab','3fd5a0e49e61bec70850f494b2f2b73e917bcc825ab41d9fc6b6cedf4e890e59','ef4d21e335d69eac818cc12223daa911e0b821a2c7ef661fec052a7f51bf7bc2');
INSERT INTO "events" VALUES(9,'2026-11-01T09:05:00.000000+00:00','0a1b2c3d4e5f','sample.created',1,'{"run":"0a1b2c3d4e5f","sample":"0a1b2c3d4e5f/powder","name":"powder","composition":"54Li3PS4-46LiI","form":"powder","parents":[],"made_by":"mill","station":"glove box","atmosphere":"argon"}','kuralab','ef4d21e335d69eac818cc12223daa911e0b821a2c7ef661fec052a7f51bf7bc2','3e297d3a5e523ac388cc361738f0b2d51911dc0daa9590dbd8c65aed0704dc67');
INSERT INTO "events" VALUES(10,'2026-11-01T09:06:00.000000+00:00','0a1b2c3d4e5f','sample.moved',1,'{"run":"0a1b2c3d4e5f","sample":"0a1b2c3d4e5f/powder","station":"press room","atmosphere":"dry air","through":"argon"}','kuralab','3e297d3a5e523ac388cc361738f0b2d51911dc0daa9590dbd8c65aed0704dc67','0ad8137182ca492e4e6ba25b2bc81adf1709b017dc77aa4415a7fd0966cd7f64');
INSERT INTO "events" VALUES(11,'2026-11-01T09:06:00.000000+00:00','0a1b2c3d4e5f','sample.changed',1,'{"run":"0a1b2c3d4e5f","sample":"0a1b2c3d4e5f/powder","state":"consumed"}','kuralab','0ad8137182ca492e4e6ba25b2bc81adf1709b017dc77aa4415a7fd0966cd7f64','ef9b6a1fa5201ca4473a1eb8d230a15ff5b7780bdb1fd1b9eb69e59b04c14ee9');
INSERT INTO "events" VALUES(12,'2026-11-01T09:06:00.000000+00:00','0a1b2c3d4e5f','sample.created',1,'{"run":"0a1b2c3d4e5f","sample":"0a1b2c3d4e5f/pellet","name":"pellet","form":"pellet","parents":["0a1b2c3d4e5f/powder"],"made_by":"press"}','kuralab','ef9b6a1fa5201ca4473a1eb8d230a15ff5b7780bdb1fd1b9eb69e59b04c14ee9','8cc3ce1c72a464b490ec62c99772c15effd428c78eda3c7b50df16db8acad609');
INSERT INTO "events" VALUES(13,'2026-11-01T09:06:00.000000+00:00','0a1b2c3d4e5f','sample.changed',1,'{"run":"0a1b2c3d4e5f","sample":"0a1b2c3d4e5f/pellet","values":{"thickness":{"value":2.1,"uncertainty":0.01,"unit":"mm"}}}','kuralab','8cc3ce1c72a464b490ec62c99772c15effd428c78eda3c7b50df16db8acad609','2c776d8533f656e06500631e143e8f995d8104ddfca3372172cd80128342ddbc');
INSERT INTO "events" VALUES(14,'2026-11-01T09:07:00.000000+00:00','0a1b2c3d4e5f','step.state',1,'{"run":"0a1b2c3d4e5f","step":"press","state":"started","attempt":1}','kuralab','2c776d8533f656e06500631e143e8f995d8104ddfca3372172cd80128342ddbc','03897ee57bef889e6de6ee30c85a738e947be46cc3cbe5a19c9dc18459fe108e');
INSERT INTO "events" VALUES(15,'2026-11-01T09:07:00.000000+00:00','0a1b2c3d4e5f','step.state',1,'{"run":"0a1b2c3d4e5f","step":"press","state":"unknown","message":"no answer"}','kuralab','03897ee57bef889e6de6ee30c85a738e947be46cc3cbe5a19c9dc18459fe108e','59381293e1dc72107c427e790c1196fde65f6e8976e64bf242d7a6d529acd33d');
INSERT INTO "events" VALUES(16,'2026-11-01T09:08:00.000000+00:00','0a1b2c3d4e5f','step.asked',1,'{"run":"0a1b2c3d4e5f","step":"press","question":"Did the press close?"}','kuralab','59381293e1dc72107c427e790c1196fde65f6e8976e64bf242d7a6d529acd33d','90c7d626791e827d937dad8c484fc2b677ae139370c919c90e0802a87c1b6e0e');
INSERT INTO "events" VALUES(17,'2026-11-01T09:09:00.000000+00:00','0a1b2c3d4e5f','sample.changed',1,'{"run":"0a1b2c3d4e5f","sample":"0a1b2c3d4e5f/pellet","values":{"thickness":{"value":2.0,"unit":"mm"}}}','kuralab','90c7d626791e827d937dad8c484fc2b677ae139370c919c90e0802a87c1b6e0e','87ac1f26aba9611e03e4fefc0ff68562f79390ee68fb8e12bac8a037a7541dbe');
INSERT INTO "events" VALUES(18,'2026-11-01T09:09:00.000000+00:00','0a1b2c3d4e5f','measurement.stored',1,'{"run":"0a1b2c3d4e5f","step":"spectrum","sample":"0a1b2c3d4e5f/pellet","id":"00000000000000aa","technique":"impedance","instrument":"analyser-1","format":"biologic_mpt","raw":{"name":"pellet.mpt","sha256":"abababababababababababababababababababababababababababababababab","size":12},"settings":{},"temperature":{"value":25.0,"uncertainty":0.5,"unit":"degC"},"rows":60,"columns":[{"name":"frequency","unit":"Hz"}]}','kuralab','87ac1f26aba9611e03e4fefc0ff68562f79390ee68fb8e12bac8a037a7541dbe','67938ca3b368a8e36d89cedb62f12562dcc64b8995accb9760cd1dc4bd366d0c');
INSERT INTO "events" VALUES(19,'2026-11-01T09:10:00.000000+00:00','0a1b2c3d4e5f','result.stored',1,'{"run":"0a1b2c3d4e5f","sample":"0a1b2c3d4e5f/pellet","id":"01","composition":"54Li3PS4-46LiI","technique":"impedance","result":{"quantity":"ionic_conductivity_total","value":1.9,"uncertainty":0.095,"unit":"mS/cm","flags":["synthetic"],"method":"p(R,CPE)-CPE","conditions":{"temperature":{"value":25.0,"unit":"degC"},"pressing":"cold"}},"inputs":["00000000000000aa"],"software":"kuralab 0.1.0"}','kuralab','67938ca3b368a8e36d89cedb62f12562dcc64b8995accb9760cd1dc4bd366d0c','625c76d1bbf5c0934e4ca77e36f621e5d89ca994aca187a08b6413fbf98154d8');
INSERT INTO "events" VALUES(20,'2026-11-01T09:10:00.000000+00:00','0a1b2c3d4e5f','result.stored',1,'{"run":"0a1b2c3d4e5f","sample":"0a1b2c3d4e5f/pellet","id":"02","composition":"54Li3PS4-46LiI","technique":"impedance","result":{"quantity":"ionic_conductivity_total","value":0.0041,"uncertainty":0.00020500000000000002,"unit":"S/cm","flags":["synthetic"],"method":"p(R,CPE)-CPE","conditions":{"temperature":{"value":55.0,"unit":"degC"},"pressing":"cold"}},"inputs":["00000000000000aa"],"software":"kuralab 0.1.0"}','kuralab','625c76d1bbf5c0934e4ca77e36f621e5d89ca994aca187a08b6413fbf98154d8','f3de2cb34b3f53a403582dc2c1ca33cc4984767b118e0317354aebf3e686a5a7');
INSERT INTO "events" VALUES(21,'2026-11-01T09:11:00.000000+00:00','0a1b2c3d4e5f','step.state',1,'{"run":"0a1b2c3d4e5f","step":"press","state":"cancelled"}','kuralab','f3de2cb34b3f53a403582dc2c1ca33cc4984767b118e0317354aebf3e686a5a7','5808af9088d1661c3f9136b4e3cbd3dedd91c773d2dee63232f4ac17441dafb1');
INSERT INTO "events" VALUES(22,'2026-11-01T09:11:00.000000+00:00','0a1b2c3d4e5f','run.state',1,'{"run":"0a1b2c3d4e5f","state":"cancelled","message":"by the operator"}','kuralab','5808af9088d1661c3f9136b4e3cbd3dedd91c773d2dee63232f4ac17441dafb1','9571cba4ca7024e31e77c215ecb7fe2feae64da4fe52dd35b91b51093d0119a1');
CREATE TABLE head (
	one INTEGER NOT NULL, 
	sequence INTEGER NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (one)
);
INSERT INTO "head" VALUES(1,22,'9571cba4ca7024e31e77c215ecb7fe2feae64da4fe52dd35b91b51093d0119a1');
CREATE TABLE measurements (
	id TEXT NOT NULL, 
	run TEXT NOT NULL, 
	step TEXT NOT NULL, 
	sample TEXT NOT NULL, 
	technique TEXT NOT NULL, 
	instrument TEXT NOT NULL, 
	time TEXT NOT NULL, 
	format TEXT NOT NULL, 
	raw_sha256 TEXT NOT NULL, 
	rows INTEGER NOT NULL, 
	temperature TEXT, 
	PRIMARY KEY (id)
)
 WITHOUT ROWID

;
INSERT INTO "measurements" VALUES('00000000000000aa','0a1b2c3d4e5f','spectrum','0a1b2c3d4e5f/pellet','impedance','analyser-1','2026-11-01T09:09:00.000000+00:00','biologic_mpt','abababababababababababababababababababababababababababababababab',60,'{"value":25.0,"uncertainty":0.5,"unit":"degC"}');
CREATE TABLE results (
	id TEXT NOT NULL, 
	quantity TEXT NOT NULL, 
	conditions TEXT NOT NULL, 
	run TEXT NOT NULL, 
	sample TEXT NOT NULL, 
	composition TEXT, 
	value FLOAT, 
	uncertainty FLOAT, 
	unit TEXT NOT NULL, 
	registered_value FLOAT, 
	flags TEXT NOT NULL, 
	technique TEXT NOT NULL, 
	method TEXT NOT NULL, 
	inputs TEXT NOT NULL, 
	time TEXT NOT NULL, 
	PRIMARY KEY (id, quantity, conditions)
)
 WITHOUT ROWID

;
INSERT INTO "results" VALUES('01','ionic_conductivity_total','{"temperature":{"value":25.0,"uncertainty":null,"unit":"degC"},"pressing":"cold"}','0a1b2c3d4e5f','0a1b2c3d4e5f/pellet','54Li3PS4-46LiI',1.9,0.095,'mS/cm',0.0019,'["synthetic"]','impedance','p(R,CPE)-CPE','["00000000000000aa"]','2026-11-01T09:10:00.000000+00:00');
INSERT INTO "results" VALUES('02','ionic_conductivity_total','{"temperature":{"value":55.0,"uncertainty":null,"unit":"degC"},"pressing":"cold"}','0a1b2c3d4e5f','0a1b2c3d4e5f/pellet','54Li3PS4-46LiI',0.0041,2.05000000000000022698e-04,'S/cm',0.0041,'["synthetic"]','impedance','p(R,CPE)-CPE','["00000000000000aa"]','2026-11-01T09:10:00.000000+00:00');
CREATE TABLE runs (
	run TEXT NOT NULL, 
	name TEXT NOT NULL, 
	state TEXT NOT NULL, 
	message TEXT, 
	seed INTEGER NOT NULL, 
	created TEXT NOT NULL, 
	finished TEXT, 
	PRIMARY KEY (run)
)
 WITHOUT ROWID

;
INSERT INTO "runs" VALUES('0a1b2c3d4e5f','one pellet','cancelled','by the operator',7,'2026-11-01T09:00:00.000000+00:00','2026-11-01T09:11:00.000000+00:00');
CREATE TABLE sample_values (
	sample TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (sample, "key")
)
 WITHOUT ROWID

;
INSERT INTO "sample_values" VALUES('0a1b2c3d4e5f/pellet','thickness','{"value":2.0,"uncertainty":null,"unit":"mm"}');
CREATE TABLE samples (
	sample TEXT NOT NULL, 
	run TEXT NOT NULL, 
	name TEXT NOT NULL, 
	composition TEXT, 
	form TEXT NOT NULL, 
	station TEXT, 
	atmosphere TEXT, 
	state TEXT NOT NULL, 
	parents TEXT NOT NULL, 
	made_by TEXT NOT NULL, 
	created TEXT NOT NULL, 
	PRIMARY KEY (sample)
)
 WITHOUT ROWID

;
INSERT INTO "samples" VALUES('0a1b2c3d4e5f/pellet','0a1b2c3d4e5f','pellet',NULL,'pellet',NULL,NULL,'present','["0a1b2c3d4e5f/powder"]','press','2026-11-01T09:06:00.000000+00:00');
INSERT INTO "samples" VALUES('0a1b2c3d4e5f/powder','0a1b2c3d4e5f','powder','54Li3PS4-46LiI','powder','press room','dry air','consumed','[]','mill','2026-11-01T09:05:00.000000+00:00');
CREATE TABLE steps (
	run TEXT NOT NULL, 
	step TEXT NOT NULL, 
	state TEXT NOT NULL, 
	operation TEXT, 
	instrument TEXT, 
	"order" TEXT, 
	attempt INTEGER, 
	samples TEXT, 
	message TEXT, 
	question TEXT, 
	ready TEXT, 
	started TEXT, 
	finished TEXT, 
	PRIMARY KEY (run, step)
)
 WITHOUT ROWID

;
INSERT INTO "steps" VALUES('0a1b2c3d4e5f','mill','finished','ball_mill','mill-1','0a1b2c3d4e5f/mill/1',1,NULL,'粉末 ready',NULL,'2026-11-01T09:02:00.000000+00:00','2026-11-01T09:04:00.000000+00:00','2026-11-01T09:05:00.000000+00:00');
INSERT INTO "steps" VALUES('0a1b2c3d4e5f','press','cancelled','press_pellet',NULL,NULL,1,'["0a1b2c3d4e5f/pellet"]',NULL,NULL,NULL,'2026-11-01T09:07:00.000000+00:00','2026-11-01T09:11:00.000000+00:00');
CREATE TABLE stream_blocks (
	stream TEXT NOT NULL, 
	block INTEGER NOT NULL, 
	PRIMARY KEY (stream, block)
)
 WITHOUT ROWID

;
INSERT INTO "stream_blocks" VALUES('0a1b2c3d4e5f',0);
CREATE INDEX ix_samples_run ON samples (run);
CREATE INDEX ix_measurements_sample ON measurements (sample);
CREATE INDEX ix_results_sample ON results (sample);
COMMIT;
