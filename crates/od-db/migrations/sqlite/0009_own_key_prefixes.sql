-- The first characters of a caller's own master key stood readable here. Shown instead is the beginning of the digest that
-- it is found by, which tells nobody the key. Generated keys begin with odmk_ and no own key does.

UPDATE master_key_metadata SET prefix = substr(lookup_index, 1, 8) WHERE substr(prefix, 1, 5) <> 'odmk_';
